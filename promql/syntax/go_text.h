// promql/syntax/go_text.h
//
// Room: promql/syntax. Characters and numbers as Go's fmt and strconv write them: error texts and canonical PromQL.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::promql {

inline constexpr char32_t kInvalidRune = 0xFFFD;  // what Go decodes from bytes that are not UTF-8

struct Rune {
  char32_t value = 0;
  std::size_t bytes = 0;
};

Rune decode_rune(std::string_view text, std::size_t at);  // at < text.size(); bad bytes: kInvalidRune, one byte
void append_utf8(std::string& out, char32_t rune);

std::string quoted_rune(char32_t rune);  // %q: 'x'
std::string rune_name(char32_t rune);    // %#U: U+0078 'x'

// Shortest decimal that reads back as the same double; never an exponent. NaN, +Inf, -Inf.
std::string plain_number(double value);
std::string general_number(double value);  // %g

}  // namespace sluice::promql
