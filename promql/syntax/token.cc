#include "promql/syntax/token.h"

#include <algorithm>
#include <unordered_map>

#include "promql/syntax/go_text.h"
#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

constexpr std::size_t kWordBytesMax = 12;       // "count_values"; whatever is longer is no keyword
constexpr std::size_t kDescribedBytesMax = 10;  // longer literals are cut in error texts, as Prometheus does

Token keyword(TokenKind kind) {
  Token token;
  token.kind = kind;
  return token;
}

Token operator_word(BinaryOp op) {
  Token token = keyword(TokenKind::binary);
  token.binary = op;
  return token;
}

std::unordered_map<std::string, Token> make_words() {
  std::unordered_map<std::string, Token> words = {
      {"and", operator_word(BinaryOp::land)},
      {"or", operator_word(BinaryOp::lor)},
      {"unless", operator_word(BinaryOp::lunless)},
      {"atan2", operator_word(BinaryOp::atan2)},
      {"offset", keyword(TokenKind::kw_offset)},
      {"smoothed", keyword(TokenKind::kw_smoothed)},
      {"anchored", keyword(TokenKind::kw_anchored)},
      {"by", keyword(TokenKind::kw_by)},
      {"without", keyword(TokenKind::kw_without)},
      {"on", keyword(TokenKind::kw_on)},
      {"ignoring", keyword(TokenKind::kw_ignoring)},
      {"group_left", keyword(TokenKind::kw_group_left)},
      {"group_right", keyword(TokenKind::kw_group_right)},
      {"fill", keyword(TokenKind::kw_fill)},
      {"fill_left", keyword(TokenKind::kw_fill_left)},
      {"fill_right", keyword(TokenKind::kw_fill_right)},
      {"bool", keyword(TokenKind::kw_bool)},
      {"start", keyword(TokenKind::kw_start)},
      {"end", keyword(TokenKind::kw_end)},
      {"step", keyword(TokenKind::kw_step)},
      {"range", keyword(TokenKind::kw_range)},
      {"max_of", keyword(TokenKind::kw_max_of)},
      {"min_of", keyword(TokenKind::kw_min_of)},
      {"inf", keyword(TokenKind::number)},
      {"nan", keyword(TokenKind::number)},
  };
  for (auto op = AggregationOp::sum; op <= AggregationOp::limit_ratio; op = AggregationOp(int(op) + 1)) {
    Token token = keyword(TokenKind::aggregator);
    token.aggregation = op;
    words.emplace(name(op), token);
  }
  return words;
}

const Token* find_word(std::string_view word) {
  static const auto words = make_words();
  if (word.size() > kWordBytesMax) return nullptr;
  std::string lower(word);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto at = words.find(lower);
  return at == words.end() ? nullptr : &at->second;
}

std::string quoted_and_cut(std::string_view text) {
  if (text.size() <= kDescribedBytesMax) return go_quoted(text);
  std::size_t bytes = 0;
  for (std::size_t runes = 0; runes < kDescribedBytesMax && bytes < text.size(); ++runes)
    bytes += decode_rune(text, bytes).bytes;
  return go_quoted(text.substr(0, bytes)) + "...";
}

bool is_keyword(TokenKind kind) { return kind >= TokenKind::kw_offset && kind <= TokenKind::kw_bool; }

bool is_preprocessor(TokenKind kind) { return kind >= TokenKind::kw_start; }

}  // namespace

Token classify_word(std::string_view word) {
  if (const Token* known = find_word(word)) return *known;
  const bool metric = word.find(':') != word.npos;
  return keyword(metric ? TokenKind::metric_identifier : TokenKind::identifier);
}

std::string describe(const Token& token) {
  const std::string text(token.text);
  switch (token.kind) {
    case TokenKind::end: return "end of input";
    case TokenKind::identifier: return "identifier " + go_quoted(text);
    case TokenKind::metric_identifier: return "metric identifier " + go_quoted(text);
    case TokenKind::number: return "number " + quoted_and_cut(text);
    case TokenKind::duration: return "duration " + quoted_and_cut(text);
    case TokenKind::string: return "string " + quoted_and_cut(text);
    case TokenKind::binary:
    case TokenKind::regex:
    case TokenKind::not_regex:
    case TokenKind::at: return "<op:" + text + ">";
    case TokenKind::aggregator: return "<aggr:" + text + ">";
    default: return is_keyword(token.kind) ? "<" + text + ">" : go_quoted(text);
  }
}

bool is_metric_name(const Token& token) {
  switch (token.kind) {
    case TokenKind::identifier:
    case TokenKind::metric_identifier:
    case TokenKind::aggregator: return true;
    case TokenKind::binary: return is_set_operator(token.binary);
    case TokenKind::kw_on:
    case TokenKind::kw_ignoring:
    case TokenKind::kw_group_left:
    case TokenKind::kw_group_right:
    case TokenKind::kw_bool: return false;
    default: return is_keyword(token.kind) || is_preprocessor(token.kind);
  }
}

bool is_grouping_label(const Token& token) {
  if (token.kind == TokenKind::kw_without) return false;
  if (token.kind == TokenKind::binary) return is_set_operator(token.binary) || token.binary == BinaryOp::atan2;
  return is_metric_name(token) || is_keyword(token.kind);
}

}  // namespace sluice::promql
