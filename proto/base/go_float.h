// proto/base/go_float.h
//
// Room: proto/base. Text to a double as Go's strconv.ParseFloat reads it, because that is what clients have learnt to
// write.
#pragma once

#include <optional>
#include <string_view>

namespace sluice {

// Decimal (1_000.5e3), hexadecimal with an exponent (0x1p-2), `inf`, `infinity` and `nan` in any case; nothing else may
// stand there. nullopt: not a number, or too large for one. What is too small is a denormal or zero.
std::optional<double> parse_go_float(std::string_view text);

}  // namespace sluice
