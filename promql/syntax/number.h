// promql/syntax/number.h
//
// Room: promql/syntax. Literals to values.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/error.h"

namespace sluice::promql {

// A number token: Go's base-0 integer first (0x1F, leading 0 is octal), else a decimal float; `_` between digits.
Result<double> parse_number(std::string_view text);

// A duration literal in seconds, exact to the nanosecond.
Result<double> parse_duration_seconds(std::string_view text);

// Seconds rounded to nanoseconds, as whole milliseconds. The caller has asked duration_in_range.
std::int64_t duration_ms(double seconds);
bool duration_in_range(double seconds);  // fits 64-bit nanoseconds

// The text behind a string token, which the lexer has checked: quotes removed, escapes resolved.
std::string unquote(std::string_view literal);

}  // namespace sluice::promql
