// Selectors `name{label="value"}`, and metrics, whose braces know `=` only.
#include <array>

#include "promql/syntax/number.h"
#include "promql/syntax/parser_core.h"

namespace sluice::promql {
namespace {

constexpr const char* kMatching = "label matching";
constexpr const char* kPairs = "label set";

std::optional<Matcher::Op> matcher_op(const Token& token) {
  if (token.kind == TokenKind::equal) return Matcher::Op::equal;
  if (token.kind == TokenKind::regex) return Matcher::Op::regex;
  if (token.kind == TokenKind::not_regex) return Matcher::Op::not_regex;
  if (token.kind == TokenKind::binary && token.binary == BinaryOp::ne) return Matcher::Op::not_equal;
  return std::nullopt;
}

std::string label_name(const Token& token) {
  return token.kind == TokenKind::string ? unquote(token.text) : std::string(token.text);
}

}  // namespace

std::unique_ptr<VectorSelector> ParserCore::whole_selector() {
  std::unique_ptr<VectorSelector> node;
  if (next_is(TokenKind::left_brace)) {
    node = selector(nullptr);
  } else {
    if (!is_metric_name(peek())) return unexpected();
    const Token name = take();
    node = selector(&name);
  }
  if (!node) return nullptr;
  if (!next_is(TokenKind::end)) return unexpected();
  return node;
}

// `name` stands before the braces, which are then optional; its matcher comes last.
std::unique_ptr<VectorSelector> ParserCore::selector(const Token* name) {
  auto node = std::make_unique<VectorSelector>();
  node->position.start = name ? name->start : peek().start;
  if (next_is(TokenKind::left_brace) && !matchers(node->matchers)) return nullptr;
  if (failed()) return nullptr;
  node->position.end = taken_end_;
  if (!name) return node;
  node->name = std::string(name->text);
  if (!add_matcher(node->matchers, *name, Matcher::Op::equal, std::string(kMetricName), node->name)) return nullptr;
  return node;
}

bool ParserCore::matchers(std::vector<Matcher>& matchers) {
  take();
  while (!take_if(TokenKind::right_brace)) {
    if (!matcher(matchers)) return false;
    if (take_if(TokenKind::comma)) continue;
    if (!next_is(TokenKind::right_brace)) return unexpected({kMatching, "\",\" or \"}\""});
  }
  return true;
}

// A string without an operator is the name of the metric.
bool ParserCore::matcher(std::vector<Matcher>& matchers) {
  const bool quoted = next_is(TokenKind::string);
  if (!quoted && !next_is(TokenKind::identifier)) return unexpected({kMatching, "identifier or \"}\""});
  const Token label = take();
  const auto op = matcher_op(peek());
  if (failed()) return false;
  if (!op) {
    if (!quoted) return unexpected({kMatching, "label matching operator"});
    return add_matcher(matchers, label, Matcher::Op::equal, std::string(kMetricName), unquote(label.text));
  }
  take();
  if (!next_is(TokenKind::string)) return unexpected({kMatching, "string"});
  return add_matcher(matchers, label, *op, label_name(label), unquote(take().text));
}

bool ParserCore::add_matcher(std::vector<Matcher>& matchers, const Token& label, Matcher::Op op, std::string name,
                             std::string value) {
  auto made = Matcher::make(op, std::move(name), std::move(value));
  if (!made) {
    fail_at({label.start, taken_end_}, made.error().detail());
    return false;
  }
  matchers.push_back(std::move(*made));
  return true;
}

std::optional<Labels> ParserCore::whole_metric() {
  std::vector<Label> labels;
  if (is_metric_name(peek())) labels.push_back({std::string(kMetricName), std::string(take().text)});
  if (next_is(TokenKind::left_brace) && !label_pairs(labels)) return std::nullopt;
  if (!next_is(TokenKind::end)) return unexpected(), std::nullopt;
  return Labels::sorted(std::move(labels));
}

bool ParserCore::label_pairs(std::vector<Label>& labels) {
  take();
  while (!take_if(TokenKind::right_brace)) {
    if (!label_pair(labels)) return false;
    if (take_if(TokenKind::comma)) continue;
    if (!next_is(TokenKind::right_brace)) return unexpected({kPairs, "\",\" or \"}\""});
  }
  return true;
}

bool ParserCore::label_pair(std::vector<Label>& labels) {
  const bool quoted = next_is(TokenKind::string);
  if (!quoted && !next_is(TokenKind::identifier)) return unexpected({kPairs, "identifier or \"}\""});
  const Token label = take();
  if (!take_if(TokenKind::equal)) {
    if (!quoted) return unexpected({kPairs, "\"=\""});
    labels.push_back({std::string(kMetricName), unquote(label.text)});
    return true;
  }
  if (!next_is(TokenKind::string)) return unexpected({kPairs, "string"});
  labels.push_back({label_name(label), unquote(take().text)});
  return true;
}

}  // namespace sluice::promql
