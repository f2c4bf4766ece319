// proto/base/number_text.h
//
// Room: proto/base. A double as text with the fewest digits that read back to the same bits, as Go's strconv writes it.
#pragma once

#include <string>

namespace sluice {

// 'f' with precision -1: never an exponent. `NaN`, `+Inf`, `-Inf`; zero is `0`, negative zero `-0`.
void append_plain_number(std::string& out, double value);
std::string plain_number(double value);

// 'e' with precision -1: always an exponent of two digits or more, `1.5e-07`.
void append_exponent_number(std::string& out, double value);

// %g and %v: an exponent below 1e-4 and from 1e6, as if six digits had been asked for.
void append_general_number(std::string& out, double value);
std::string general_number(double value);

}  // namespace sluice
