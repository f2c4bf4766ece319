// promql/syntax/go_text.h
//
// Room: promql/syntax. Characters as Go's fmt and strconv write them: error texts and canonical PromQL.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/utf8.h"

namespace sluice::promql {

struct Rune {
  char32_t value = 0;
  std::size_t bytes = 0;
};

Rune decode_rune(std::string_view text, std::size_t at);  // at < text.size(); bad bytes: kInvalidRune, one byte

std::string quoted_rune(char32_t rune);  // %q: 'x'
std::string rune_name(char32_t rune);    // %#U: U+0078 'x'

}  // namespace sluice::promql
