#include "promql/syntax/parser_core.h"

#include <algorithm>

#include "promql/syntax/number.h"

namespace sluice::promql {
namespace {

// "LINE:COL", both from 1; the column counts bytes.
std::string line_and_column(std::string_view query, std::size_t at) {
  if (query.empty()) return "unknown position";
  const std::string_view before = query.substr(0, std::min(at, query.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0
  return std::to_string(line) + ":" + std::to_string(before.size() - line_start + 1);
}

}  // namespace

Error to_error(const SyntaxError& error, std::string_view query) {
  const std::string where = line_and_column(query, static_cast<std::size_t>(error.at.start));
  return Error(Errc::invalid_argument, where + ": parse error: " + error.message);
}

const Token& ParserCore::peek() {
  if (!next_) {
    next_ = lexer_.next();
    if (next_->kind == TokenKind::error) fail_at(next_->position(), lexer_.error());
  }
  return *next_;
}

Token ParserCore::take() {
  const Token token = peek();
  next_.reset();
  taken_end_ = token.position().end;
  return token;
}

bool ParserCore::take_if(TokenKind kind) {
  if (!next_is(kind)) return false;
  take();
  return true;
}

bool ParserCore::next_is_sign() {
  const Token& token = peek();
  return token.kind == TokenKind::binary && (token.binary == BinaryOp::add || token.binary == BinaryOp::sub);
}

Nothing ParserCore::fail_at(PositionRange at, std::string message) {
  if (!error_) error_ = SyntaxError{at, std::move(message)};
  return {};
}

Nothing ParserCore::unexpected() {
  const std::string context = aggregations_open_ > 0 ? " in aggregation" : "";
  return fail_at(peek().position(), "unexpected " + describe(peek()) + context);
}

Nothing ParserCore::unexpected(const Place& place) {
  const std::string where = std::string(" in ") + place.context + ", expected " + place.expected;
  return fail_at(peek().position(), "unexpected " + describe(peek()) + where);
}

Nothing ParserCore::too_deep(PositionRange at) {
  return fail_at(at, "expression is nested deeper than " + std::to_string(options_.depth_max) +
                         " levels; split the query, or write long chains of operators as one matcher or aggregation");
}

std::optional<double> ParserCore::number_value(const Token& token) {
  const auto value = token.kind == TokenKind::duration ? parse_duration_seconds(token.text) : parse_number(token.text);
  if (value) return *value;
  fail_at(token.position(), value.error().detail());
  return std::nullopt;
}

}  // namespace sluice::promql
