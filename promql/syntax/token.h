// promql/syntax/token.h
//
// Room: promql/syntax. What the lexer hands to the parser.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "promql/syntax/ast.h"

namespace sluice::promql {

enum class TokenKind : std::uint8_t {
  end, error,
  identifier, metric_identifier, number, duration, string,
  left_paren, right_paren, left_brace, right_brace, left_bracket, right_bracket, comma, colon, equal,
  binary,      // + - * / % ^ == != < <= > >= </ >/ and or unless atan2; which one: Token::binary
  regex, not_regex, at,
  aggregator,  // which one: Token::aggregation
  kw_offset, kw_smoothed, kw_anchored, kw_by, kw_without, kw_on, kw_ignoring, kw_group_left, kw_group_right, kw_fill,
  kw_fill_left, kw_fill_right, kw_bool,
  kw_start, kw_end, kw_step, kw_range, kw_max_of, kw_min_of,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // as written; borrowed from the query
  std::int32_t start = 0;
  BinaryOp binary = BinaryOp::add;
  AggregationOp aggregation = AggregationOp::sum;

  PositionRange position() const { return {start, start + static_cast<std::int32_t>(text.size())}; }
};

// The token that a word stands for outside braces, in any case: a keyword, a number, or an identifier.
Token classify_word(std::string_view word);

std::string describe(const Token& token);  // `identifier "x"`, `<op:+>`, `end of input`: as error texts say

bool is_metric_name(const Token& token);     // may stand where the name of a metric is expected
bool is_grouping_label(const Token& token);  // may stand, unquoted, in by (...) and on (...)

}  // namespace sluice::promql
