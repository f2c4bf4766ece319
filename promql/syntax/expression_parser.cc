// Operators and operands. Precedence, low to high: or, and/unless, comparisons and trims, + -, * / % atan2, ^ (right).
#include "promql/syntax/number.h"
#include "promql/syntax/parser_core.h"

namespace sluice::promql {
namespace {

constexpr int kLowest = 1;
constexpr int kPower = 6;  // a sign binds weaker than ^ and stronger than *

int precedence(BinaryOp op) {
  switch (op) {
    case BinaryOp::lor: return kLowest;
    case BinaryOp::land:
    case BinaryOp::lunless: return 2;
    case BinaryOp::eq:
    case BinaryOp::ne:
    case BinaryOp::lt:
    case BinaryOp::le:
    case BinaryOp::gt:
    case BinaryOp::ge:
    case BinaryOp::trim_upper:
    case BinaryOp::trim_lower: return 3;
    case BinaryOp::add:
    case BinaryOp::sub: return 4;
    case BinaryOp::mul:
    case BinaryOp::div:
    case BinaryOp::mod:
    case BinaryOp::atan2: return 5;
    case BinaryOp::pow: return kPower;
  }
  __builtin_unreachable();
}

bool is_postfix(const Token& token) {
  switch (token.kind) {
    case TokenKind::left_bracket:
    case TokenKind::at:
    case TokenKind::kw_offset:
    case TokenKind::kw_anchored:
    case TokenKind::kw_smoothed: return true;
    default: return false;
  }
}

// These keywords are functions too, where a parenthesis follows.
bool is_function_keyword(TokenKind kind) { return kind >= TokenKind::kw_start && kind <= TokenKind::kw_min_of; }

}  // namespace

ExprPtr ParserCore::whole_expression() {
  if (next_is(TokenKind::end)) return fail_at({}, "no expression found in input");
  ExprPtr expr = expression(kLowest);
  if (!expr) return nullptr;
  if (!next_is(TokenKind::end)) return unexpected();
  return expr;
}

ExprPtr ParserCore::expression(int precedence_min) {
  const Nesting nesting(*this);
  if (nesting.too_deep()) return too_deep(peek().position());
  ExprPtr left = operand();
  while (left) {
    const Token& op = peek();
    if (failed()) return nullptr;
    if (op.kind != TokenKind::binary || precedence(op.binary) < precedence_min) return left;
    left = binary(std::move(left));
  }
  return nullptr;
}

ExprPtr ParserCore::operand() {
  if (next_is_sign()) return unary();
  ExprPtr expr = primary();
  while (expr && is_postfix(peek())) expr = postfix(std::move(expr));
  return expr;
}

ExprPtr ParserCore::primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::number:
    case TokenKind::duration: return number();
    case TokenKind::string: return string();
    case TokenKind::left_paren: return parenthesised();
    case TokenKind::left_brace: return selector(nullptr);
    default: return is_metric_name(token) ? named(take()) : unexpected();
  }
}

// A word decides what it is by what follows it: a call, an aggregation, or the name of a metric.
ExprPtr ParserCore::named(const Token& name) {
  const TokenKind next = peek().kind;
  const bool function = name.kind == TokenKind::identifier || is_function_keyword(name.kind);
  if (function && next == TokenKind::left_paren) return call(name);
  const bool starts_body = next == TokenKind::left_paren || next == TokenKind::kw_by || next == TokenKind::kw_without;
  if (name.kind == TokenKind::aggregator && starts_body) return aggregation(name);
  return selector(&name);
}

ExprPtr ParserCore::parenthesised() {
  auto node = std::make_unique<Paren>();
  const Token open = take();
  node->expr = expression(kLowest);
  if (!node->expr) return nullptr;
  if (!take_if(TokenKind::right_paren)) return unexpected();
  node->position = {open.start, taken_end_};
  const Expr* child = node->expr.get();
  return finish(std::move(node), {child});
}

// A sign before a number becomes part of the number.
ExprPtr ParserCore::unary() {
  const Token sign = take();
  const bool negative = sign.binary == BinaryOp::sub;
  ExprPtr inner = expression(kPower);
  if (!inner) return nullptr;
  if (inner->kind == ExprKind::number_literal) {
    if (negative) as<NumberLiteral>(*inner).value *= -1;
    inner->position.start = sign.start;
    return inner;
  }
  auto node = std::make_unique<Unary>();
  node->negative = negative;
  node->position = {sign.start, inner->position.end};
  node->expr = std::move(inner);
  const Expr* child = node->expr.get();
  return finish(std::move(node), {child});
}

ExprPtr ParserCore::binary(ExprPtr lhs) {
  auto node = std::make_unique<Binary>();
  node->op = take().binary;
  if (!binary_modifiers(*node)) return nullptr;
  const int own = precedence(node->op);
  node->rhs = expression(node->op == BinaryOp::pow ? own : own + 1);
  if (!node->rhs) return nullptr;
  node->lhs = std::move(lhs);
  node->position = {node->lhs->position.start, node->rhs->position.end};
  const std::initializer_list<const Expr*> children = {node->lhs.get(), node->rhs.get()};
  return finish(std::move(node), children);
}

bool ParserCore::binary_modifiers(Binary& node) {
  VectorMatching& matching = node.matching.emplace();
  node.return_bool = take_if(TokenKind::kw_bool);
  if (next_is(TokenKind::kw_on) || next_is(TokenKind::kw_ignoring)) {
    matching.on = take().kind == TokenKind::kw_on;
    auto labels = label_list();
    if (!labels) return false;
    matching.labels = std::move(*labels);
    if (!grouping_modifier(matching)) return false;
  }
  return fill_modifiers(matching);
}

bool ParserCore::grouping_modifier(VectorMatching& matching) {
  const bool left = next_is(TokenKind::kw_group_left);
  if (!left && !next_is(TokenKind::kw_group_right)) return true;
  take();
  matching.cardinality = left ? MatchCardinality::many_to_one : MatchCardinality::one_to_many;
  if (!next_is(TokenKind::left_paren)) return fill_or_operand_follows();
  auto labels = label_list();
  if (!labels) return false;
  matching.include = std::move(*labels);
  return true;
}

// After a group_left without labels nothing else can: what does not fit is taken for a bad list of labels.
bool ParserCore::fill_or_operand_follows() {
  const TokenKind next = peek().kind;
  const bool fill = next >= TokenKind::kw_fill && next <= TokenKind::kw_fill_right;
  return fill || expression_may_start() || unexpected({"grouping opts", "\"(\""});
}

// fill(n) fills both sides; fill_left(n) and fill_right(n) one each, in any order.
bool ParserCore::fill_modifiers(VectorMatching& matching) {
  const TokenKind first = peek().kind;
  if (first == TokenKind::kw_fill) {
    if (!fill_value(matching.fill_left)) return false;
    matching.fill_right = matching.fill_left;
    return true;
  }
  if (first == TokenKind::kw_fill_left)
    return fill_value(matching.fill_left) && (!next_is(TokenKind::kw_fill_right) || fill_value(matching.fill_right));
  if (first == TokenKind::kw_fill_right)
    return fill_value(matching.fill_right) && (!next_is(TokenKind::kw_fill_left) || fill_value(matching.fill_left));
  return !failed();
}

bool ParserCore::fill_value(std::optional<double>& value) {
  const Token keyword = take();
  if (!options_.binop_fill_modifiers) {
    fail_at(keyword.position(), "binop fill modifiers are experimental and not enabled");
    return false;
  }
  if (!take_if(TokenKind::left_paren)) return unexpected();
  const double sign = next_is_sign() && take().binary == BinaryOp::sub ? -1 : 1;
  if (!next_is(TokenKind::number) && !next_is(TokenKind::duration)) return unexpected();
  value = number_value(take());
  if (!value) return false;
  *value *= sign;
  if (!take_if(TokenKind::right_paren)) return unexpected();
  return true;
}

ExprPtr ParserCore::number() {
  const Token token = take();
  const auto value = number_value(token);
  if (!value) return nullptr;
  auto node = std::make_unique<NumberLiteral>();
  node->value = *value;
  node->is_duration = token.kind == TokenKind::duration;
  node->position = token.position();
  return node;
}

ExprPtr ParserCore::string() {
  const Token token = take();
  auto node = std::make_unique<StringLiteral>();
  node->value = unquote(token.text);
  node->position = token.position();
  return node;
}

bool ParserCore::expression_may_start() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::number:
    case TokenKind::duration:
    case TokenKind::string:
    case TokenKind::left_paren:
    case TokenKind::left_brace: return true;
    default: return is_metric_name(token) || next_is_sign();
  }
}

}  // namespace sluice::promql
