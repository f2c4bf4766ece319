// What follows a selector: [range], [range:step], offset, @, anchored, smoothed; and the durations inside.
#include <cmath>

#include "promql/syntax/go_text.h"
#include "promql/syntax/number.h"
#include "promql/syntax/parser_core.h"
#include "proto/base/number_text.h"

namespace sluice::promql {
namespace {

constexpr int kSum = 1, kProduct = 2, kPower = 3;

std::optional<DurationOp> arithmetic(BinaryOp op) {
  switch (op) {
    case BinaryOp::add: return DurationOp::add;
    case BinaryOp::sub: return DurationOp::sub;
    case BinaryOp::mul: return DurationOp::mul;
    case BinaryOp::div: return DurationOp::div;
    case BinaryOp::mod: return DurationOp::mod;
    case BinaryOp::pow: return DurationOp::pow;
    default: return std::nullopt;
  }
}

int precedence(DurationOp op) {
  if (op == DurationOp::pow) return kPower;
  return op == DurationOp::add || op == DurationOp::sub ? kSum : kProduct;
}

bool is_zero(const Expr& e) { return e.kind == ExprKind::number_literal && as<NumberLiteral>(e).value == 0; }

// %f
std::string fixed_text(double value) { return std::isfinite(value) ? std::to_string(value) : plain_number(value); }

// A literal becomes milliseconds at once; anything else waits for the start of the query.
void set_duration(ExprPtr value, std::int64_t& ms, ExprPtr& expr) {
  if (value->kind == ExprKind::number_literal) {
    ms = duration_ms(as<NumberLiteral>(*value).value);
  } else {
    expr = std::move(value);
  }
}

}  // namespace

ExprPtr ParserCore::postfix(ExprPtr operand) {
  switch (peek().kind) {
    case TokenKind::left_bracket: return range_or_subquery(std::move(operand));
    case TokenKind::kw_offset: return offset(std::move(operand));
    case TokenKind::at: return at_modifier(std::move(operand));
    default: return extended(std::move(operand), take());
  }
}

ExprPtr ParserCore::range_or_subquery(ExprPtr operand) {
  const Token open = take();
  ExprPtr range = positive_duration({"subquery or range selector", "number, duration, step(), or range()"});
  if (!range) return nullptr;
  if (take_if(TokenKind::colon)) return subquery(std::move(operand), std::move(range));
  if (!take_if(TokenKind::right_bracket)) return unexpected({"subquery or range", "\":\" or \"]\""});
  return matrix(std::move(operand), std::move(range), {open.start, taken_end_});
}

ExprPtr ParserCore::matrix(ExprPtr operand, ExprPtr range, PositionRange brackets) {
  if (operand->kind != ExprKind::vector_selector) return fail_at(brackets, "ranges only allowed for vector selectors");
  auto& inner = as<VectorSelector>(*operand);
  if (inner.time.offset_ms != 0 || inner.time.offset_expr)
    return fail_at(brackets, "no offset modifiers allowed before range");
  if (inner.time.at != AtKind::none) return fail_at(brackets, "no @ modifiers allowed before range");
  auto node = std::make_unique<MatrixSelector>();
  node->position = {inner.position.start, brackets.end};
  operand.release();
  node->selector.reset(&inner);
  set_duration(std::move(range), node->range_ms, node->range_expr);
  const std::initializer_list<const Expr*> children = {node->selector.get(), node->range_expr.get()};
  return finish(std::move(node), children);
}

ExprPtr ParserCore::subquery(ExprPtr operand, ExprPtr range) {
  auto node = std::make_unique<Subquery>();
  if (!next_is(TokenKind::right_bracket)) {
    ExprPtr step = positive_duration({"subquery selector", "number, duration, step(), range(), or \"]\""});
    if (!step) return nullptr;
    set_duration(std::move(step), node->step_ms, node->step_expr);
    if (!next_is(TokenKind::right_bracket)) return unexpected({"subquery selector", "\"]\""});
  }
  take();
  node->position = {operand->position.start, taken_end_};
  node->expr = std::move(operand);
  set_duration(std::move(range), node->range_ms, node->range_expr);
  const std::initializer_list<const Expr*> children = {node->expr.get(), node->range_expr.get(), node->step_expr.get()};
  return finish(std::move(node), children);
}

// The modifiers of a selector or subquery; null, and an error, for any other expression.
TimeModifiers* ParserCore::modifiers_of(Expr& operand, const char* what) {
  if (operand.kind == ExprKind::vector_selector) return &as<VectorSelector>(operand).time;
  if (operand.kind == ExprKind::matrix_selector) return &as<MatrixSelector>(operand).selector->time;
  if (operand.kind == ExprKind::subquery) return &as<Subquery>(operand).time;
  return fail_at(operand.position, std::string(what) +
                                       " must be preceded by an instant vector selector or range "
                                       "vector selector or a subquery");
}

// Without parentheses exactly one operand follows: `foo offset 1 + 2` is `(foo offset 1) + 2`.
ExprPtr ParserCore::offset(ExprPtr operand) {
  const Place place = {"offset", "number, duration, step(), or range()"};
  take();
  ExprPtr value = offset_value(place);
  if (!value) return nullptr;
  TimeModifiers* time = modifiers_of(*operand, "offset modifier");
  if (!time) return nullptr;
  if (time->offset_ms != 0 || time->offset_expr)
    return fail_at(operand->position, "offset may not be set multiple times");
  set_duration(std::move(value), time->offset_ms, time->offset_expr);
  operand->position.end = taken_end_;
  const Expr* child = time->offset_expr.get();
  return finish(std::move(operand), {child});
}

// One operand with any number of signs. A single plus before a call stays in the tree; format_query drops it.
ExprPtr ParserCore::offset_value(const Place& place) {
  std::vector<Token> signs;
  while (next_is_sign()) signs.push_back(take());
  if (!signs.empty() && (next_is(TokenKind::number) || next_is(TokenKind::duration))) return signed_literal(signs);
  const bool call = !next_is(TokenKind::left_paren);
  ExprPtr value = duration_atom(place);
  if (value && call && value->kind == ExprKind::duration && signs.size() == 1)
    return signed_call(signs[0], std::move(value));
  for (; value && !signs.empty(); signs.pop_back()) value = signed_duration(signs.back(), std::move(value));
  return value;
}

// Its error stands at the sign before it.
ExprPtr ParserCore::signed_literal(const std::vector<Token>& signs) {
  ExprPtr literal = number();
  if (!literal) return nullptr;
  const bool out_of_range = !duration_in_range(as<NumberLiteral>(*literal).value);
  for (auto sign = signs.rbegin(); sign != signs.rend(); ++sign) {
    literal = signed_duration(*sign, std::move(literal));
    if (out_of_range) return fail_at(literal->position, "duration out of range");
  }
  return literal;
}

ExprPtr ParserCore::at_modifier(ExprPtr operand) {
  take();
  const bool preprocessor = next_is(TokenKind::kw_start) || next_is(TokenKind::kw_end);
  return preprocessor ? at_preprocessor(std::move(operand)) : at_number(std::move(operand));
}

ExprPtr ParserCore::at_number(ExprPtr operand) {
  const double sign = next_is_sign() && take().binary == BinaryOp::sub ? -1 : 1;
  if (!next_is(TokenKind::number) && !next_is(TokenKind::duration)) return unexpected({"@", "timestamp"});
  const auto number = number_value(take());
  if (!number) return nullptr;
  const double ms = std::round(sign * *number * 1000);
  if (!(std::abs(ms) < 0x1p63))
    return fail_at(operand->position, "timestamp out of bounds for @ modifier: " + fixed_text(sign * *number));
  return set_at(std::move(operand), AtKind::timestamp, static_cast<std::int64_t>(ms));
}

ExprPtr ParserCore::at_preprocessor(ExprPtr operand) {
  const Place place = {"@", "timestamp"};
  const AtKind kind = take().kind == TokenKind::kw_start ? AtKind::start : AtKind::end;
  if (!take_if(TokenKind::left_paren)) return unexpected(place);
  if (!take_if(TokenKind::right_paren)) return unexpected(place);
  return set_at(std::move(operand), kind, 0);
}

ExprPtr ParserCore::set_at(ExprPtr operand, AtKind kind, std::int64_t ms) {
  TimeModifiers* time = modifiers_of(*operand, "@ modifier");
  if (!time) return nullptr;
  if (time->at != AtKind::none) return fail_at(operand->position, "@ <timestamp> may not be set multiple times");
  time->at = kind;
  time->at_ms = ms;
  operand->position.end = taken_end_;
  return operand;
}

ExprPtr ParserCore::extended(ExprPtr operand, const Token& keyword) {
  const bool anchored = keyword.kind == TokenKind::kw_anchored;
  const std::string modifier = anchored ? "anchored modifier" : "smoothed modifier";
  if (!options_.extended_range_selectors)
    return fail_at(operand->position, modifier + " is experimental and not enabled");
  if (operand->kind == ExprKind::subquery)
    return fail_at(operand->position, modifier + " is not supported for subqueries");
  const bool range = operand->kind == ExprKind::matrix_selector;
  if (!range && operand->kind != ExprKind::vector_selector)
    return fail_at(operand->position, modifier + " not implemented");
  auto& selector = range ? *as<MatrixSelector>(*operand).selector : as<VectorSelector>(*operand);
  (anchored ? selector.anchored : selector.smoothed) = true;
  if (selector.anchored && selector.smoothed)
    return fail_at(operand->position, "anchored and smoothed modifiers cannot be used together");
  operand->position.end = taken_end_;
  return operand;
}

ExprPtr ParserCore::positive_duration(const Place& place) {
  ExprPtr value = duration(kSum, place);
  if (!value || value->kind != ExprKind::number_literal) return value;
  if (duration_ms(as<NumberLiteral>(*value).value) <= 0)
    return fail_at(value->position, "duration must be greater than 0");
  return value;
}

ExprPtr ParserCore::duration(int precedence_min, const Place& place) {
  const Nesting nesting(*this);
  if (nesting.too_deep()) return too_deep(peek().position());
  ExprPtr left = duration_operand(place);
  while (left) {
    const Token& token = peek();
    if (failed()) return nullptr;
    const auto op = token.kind == TokenKind::binary ? arithmetic(token.binary) : std::nullopt;
    if (!op || precedence(*op) < precedence_min) return left;
    left = duration_binary(std::move(left), place);
  }
  return nullptr;
}

ExprPtr ParserCore::duration_binary(ExprPtr lhs, const Place& place) {
  const Token token = take();
  auto node = std::make_unique<DurationExpr>();
  node->op = *arithmetic(token.binary);
  const int own = precedence(node->op);
  node->rhs = duration(node->op == DurationOp::pow ? own : own + 1, place);
  if (!node->rhs || !duration_expressions_allowed(*lhs)) return nullptr;
  if (node->op == DurationOp::div && is_zero(*node->rhs)) return fail_at(token.position(), "division by zero");
  if (node->op == DurationOp::mod && is_zero(*node->rhs)) return fail_at(token.position(), "modulo by zero");
  node->lhs = std::move(lhs);
  node->position = {node->lhs->position.start, node->rhs->position.end};
  const std::initializer_list<const Expr*> children = {node->lhs.get(), node->rhs.get()};
  return finish(std::move(node), children);
}

ExprPtr ParserCore::duration_operand(const Place& place) {
  if (!next_is_sign()) return duration_atom(place);
  const Token sign = take();
  ExprPtr operand = duration(kPower, place);
  return operand ? signed_duration(sign, std::move(operand)) : nullptr;
}

ExprPtr ParserCore::duration_atom(const Place& place) {
  switch (peek().kind) {
    case TokenKind::number:
    case TokenKind::duration: return duration_literal();
    case TokenKind::left_paren: return duration_in_parentheses(place);
    case TokenKind::kw_step:
    case TokenKind::kw_range:
    case TokenKind::kw_min_of:
    case TokenKind::kw_max_of: return duration_call(place);
    default: return unexpected(place);
  }
}

ExprPtr ParserCore::duration_literal() {
  ExprPtr literal = number();
  if (literal && !duration_in_range(as<NumberLiteral>(*literal).value))
    return fail_at(literal->position, "duration out of range");
  return literal;
}

ExprPtr ParserCore::duration_in_parentheses(const Place& place) {
  take();
  ExprPtr inner = duration(kSum, place);
  if (!inner || !duration_expressions_allowed(*inner)) return nullptr;
  if (!take_if(TokenKind::right_paren)) return unexpected(place);
  if (inner->kind == ExprKind::duration) as<DurationExpr>(*inner).wrapped = true;
  return inner;
}

// step(), range(), min_of(a, b), max_of(a, b).
ExprPtr ParserCore::duration_call(const Place& place) {
  const Token name = take();
  auto node = std::make_unique<DurationExpr>();
  const bool constant = name.kind == TokenKind::kw_step || name.kind == TokenKind::kw_range;
  if (constant) {
    node->op = name.kind == TokenKind::kw_step ? DurationOp::step : DurationOp::range;
  } else {
    node->op = name.kind == TokenKind::kw_min_of ? DurationOp::min_of : DurationOp::max_of;
  }
  if (!take_if(TokenKind::left_paren)) return unexpected(place);
  if (!constant) {
    if (!(node->lhs = duration(kSum, place))) return nullptr;
    if (!take_if(TokenKind::comma)) return unexpected(place);
    if (!(node->rhs = duration(kSum, place))) return nullptr;
  }
  if (!take_if(TokenKind::right_paren)) return unexpected(place);
  node->position = {name.start, taken_end_};
  if (!constant) node->position = {node->lhs->position.start, node->rhs->position.end};  // Prometheus's choice
  if (!duration_expressions_allowed(*node)) return nullptr;
  const std::initializer_list<const Expr*> children = {node->lhs.get(), node->rhs.get()};
  return finish(std::move(node), children);
}

ExprPtr ParserCore::signed_duration(const Token& sign, ExprPtr operand) {
  const bool negative = sign.binary == BinaryOp::sub;
  if (operand->kind == ExprKind::number_literal || !negative) {
    if (negative) as<NumberLiteral>(*operand).value *= -1;
    operand->position.start = sign.start;
    return operand;
  }
  return signed_call(sign, std::move(operand));
}

ExprPtr ParserCore::signed_call(const Token& sign, ExprPtr operand) {
  auto node = std::make_unique<DurationExpr>();
  node->op = sign.binary == BinaryOp::sub ? DurationOp::negate : DurationOp::plus;
  node->position = {sign.start, operand->position.end};
  node->rhs = std::move(operand);
  const Expr* child = node->rhs.get();
  return finish(std::move(node), {child});
}

bool ParserCore::duration_expressions_allowed(const Expr& at) {
  if (!options_.duration_expressions) fail_at(at.position, "experimental duration expression is not enabled");
  return options_.duration_expressions;
}

}  // namespace sluice::promql
