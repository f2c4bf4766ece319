// promql/syntax/ast.h
//
// Room: promql/syntax. What a PromQL expression is, after parsing and type checking. Values only; no evaluation here.
// Durations are milliseconds; positions are byte offsets into the query text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/model/matcher.h"

namespace sluice::promql {

enum class ValueType : std::uint8_t { none, scalar, vector, matrix, string };
const char* documented_name(ValueType type);  // "instant vector", as error texts say

struct PositionRange {
  std::int32_t start = 0;
  std::int32_t end = 0;
};

enum class ExprKind : std::uint8_t {
  number_literal, string_literal, vector_selector, matrix_selector, subquery, call, aggregation, binary, unary, paren,
  duration,
};

struct Expr {
  explicit Expr(ExprKind k) : kind(k) {}
  virtual ~Expr() = default;
  Expr(const Expr&) = delete;
  Expr& operator=(const Expr&) = delete;
  const ExprKind kind;
  PositionRange position;
  std::uint32_t height = 1;  // of the tree from here down; never more than ParserOptions::depth_max
};
using ExprPtr = std::unique_ptr<Expr>;

// The node as T; the caller has looked at `kind`.
template <class T>
const T& as(const Expr& e) { return static_cast<const T&>(e); }
template <class T>
T& as(Expr& e) { return static_cast<T&>(e); }

struct NumberLiteral final : Expr {
  NumberLiteral() : Expr(ExprKind::number_literal) {}
  double value = 0;
  bool is_duration = false;  // written `5m`: printed as a duration again
};

struct StringLiteral final : Expr {
  StringLiteral() : Expr(ExprKind::string_literal) {}
  std::string value;
};

// A duration inside [], after offset: `dur` of the grammar. Leaves: NumberLiteral (seconds), step(), range().
enum class DurationOp : std::uint8_t { add, sub, mul, div, mod, pow, negate, plus, step, range, min_of, max_of };
struct DurationExpr final : Expr {
  DurationExpr() : Expr(ExprKind::duration) {}
  DurationOp op = DurationOp::add;
  ExprPtr lhs, rhs;  // unary: rhs only
  bool wrapped = false;  // in parentheses
};

enum class AtKind : std::uint8_t { none, timestamp, start, end };

// `@` and `offset`, on selectors and subqueries.
struct TimeModifiers {
  AtKind at = AtKind::none;
  std::int64_t at_ms = 0;             // with AtKind::timestamp
  std::int64_t offset_ms = 0;         // as written; known after parsing unless offset_expr is set
  ExprPtr offset_expr;                // a DurationExpr that must be evaluated at query start
};

struct VectorSelector final : Expr {
  VectorSelector() : Expr(ExprKind::vector_selector) {}
  std::string name;                // "" when only braces were written; a quoted name in braces stays a matcher
  std::vector<Matcher> matchers;   // the metric name is here as __name__, after the braces' matchers
  TimeModifiers time;
  bool anchored = false, smoothed = false;
};

struct MatrixSelector final : Expr {
  MatrixSelector() : Expr(ExprKind::matrix_selector) {}
  std::unique_ptr<VectorSelector> selector;  // carries the modifiers
  std::int64_t range_ms = 0;
  ExprPtr range_expr;  // set when the range must be evaluated at query start
};

struct Subquery final : Expr {
  Subquery() : Expr(ExprKind::subquery) {}
  ExprPtr expr;
  std::int64_t range_ms = 0;
  ExprPtr range_expr;
  std::int64_t step_ms = 0;  // 0: the engine's default
  ExprPtr step_expr;
  TimeModifiers time;
};

struct FunctionSignature {
  std::string name;
  std::vector<ValueType> argument_types;
  int variadic = 0;  // Prometheus's meaning: 0 exact; n > 0: up to n more optional; -1: last type repeats without bound
  ValueType return_type = ValueType::vector;
  bool experimental = false;
};
const FunctionSignature* find_function(std::string_view name);  // nullptr: unknown. Case-sensitive.
const std::vector<FunctionSignature>& all_functions();

struct Call final : Expr {
  Call() : Expr(ExprKind::call) {}
  const FunctionSignature* function = nullptr;
  std::vector<ExprPtr> arguments;
};

enum class AggregationOp : std::uint8_t {
  sum, avg, count, min, max, group, stddev, stdvar, topk, bottomk, count_values, quantile, limitk, limit_ratio,
};
const char* name(AggregationOp op);

struct Aggregation final : Expr {
  Aggregation() : Expr(ExprKind::aggregation) {}
  AggregationOp op = AggregationOp::sum;
  ExprPtr parameter;  // may be null
  ExprPtr expr;
  std::vector<std::string> grouping;
  bool without = false;
};

enum class BinaryOp : std::uint8_t {
  add, sub, mul, div, mod, pow, atan2, eq, ne, lt, le, gt, ge, land, lor, lunless, trim_upper /* </ */, trim_lower /* >/ */,
};
const char* text(BinaryOp op);
bool is_comparison(BinaryOp op);
bool is_set_operator(BinaryOp op);

enum class MatchCardinality : std::uint8_t { one_to_one, many_to_one, one_to_many, many_to_many };

struct VectorMatching {
  MatchCardinality cardinality = MatchCardinality::one_to_one;
  std::vector<std::string> labels;   // of on() or ignoring()
  bool on = false;
  std::vector<std::string> include;  // of group_left()/group_right()
  std::optional<double> fill_left, fill_right;
};

struct Binary final : Expr {
  Binary() : Expr(ExprKind::binary) {}
  BinaryOp op = BinaryOp::add;
  ExprPtr lhs, rhs;
  bool return_bool = false;
  std::optional<VectorMatching> matching;  // absent when an operand is a scalar
};

struct Unary final : Expr {
  Unary() : Expr(ExprKind::unary) {}
  bool negative = false;  // false: unary plus
  ExprPtr expr;
};

struct Paren final : Expr {
  Paren() : Expr(ExprKind::paren) {}
  ExprPtr expr;
};

ValueType type_of(const Expr& expr);

}  // namespace sluice::promql
