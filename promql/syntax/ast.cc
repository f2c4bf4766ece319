#include "promql/syntax/ast.h"

namespace sluice::promql {
namespace {

ValueType type_of_binary(const Binary& binary) {
  const bool scalars = type_of(*binary.lhs) == ValueType::scalar && type_of(*binary.rhs) == ValueType::scalar;
  return scalars ? ValueType::scalar : ValueType::vector;
}

}  // namespace

const char* documented_name(ValueType type) {
  switch (type) {
    case ValueType::none: return "none";
    case ValueType::scalar: return "scalar";
    case ValueType::vector: return "instant vector";
    case ValueType::matrix: return "range vector";
    case ValueType::string: return "string";
  }
  __builtin_unreachable();
}

const char* name(AggregationOp op) {
  switch (op) {
    case AggregationOp::sum: return "sum";
    case AggregationOp::avg: return "avg";
    case AggregationOp::count: return "count";
    case AggregationOp::min: return "min";
    case AggregationOp::max: return "max";
    case AggregationOp::group: return "group";
    case AggregationOp::stddev: return "stddev";
    case AggregationOp::stdvar: return "stdvar";
    case AggregationOp::topk: return "topk";
    case AggregationOp::bottomk: return "bottomk";
    case AggregationOp::count_values: return "count_values";
    case AggregationOp::quantile: return "quantile";
    case AggregationOp::limitk: return "limitk";
    case AggregationOp::limit_ratio: return "limit_ratio";
  }
  __builtin_unreachable();
}

const char* text(BinaryOp op) {
  switch (op) {
    case BinaryOp::add: return "+";
    case BinaryOp::sub: return "-";
    case BinaryOp::mul: return "*";
    case BinaryOp::div: return "/";
    case BinaryOp::mod: return "%";
    case BinaryOp::pow: return "^";
    case BinaryOp::atan2: return "atan2";
    case BinaryOp::eq: return "==";
    case BinaryOp::ne: return "!=";
    case BinaryOp::lt: return "<";
    case BinaryOp::le: return "<=";
    case BinaryOp::gt: return ">";
    case BinaryOp::ge: return ">=";
    case BinaryOp::land: return "and";
    case BinaryOp::lor: return "or";
    case BinaryOp::lunless: return "unless";
    case BinaryOp::trim_upper: return "</";
    case BinaryOp::trim_lower: return ">/";
  }
  __builtin_unreachable();
}

bool is_comparison(BinaryOp op) { return op >= BinaryOp::eq && op <= BinaryOp::ge; }

bool is_set_operator(BinaryOp op) { return op >= BinaryOp::land && op <= BinaryOp::lunless; }

ValueType type_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::number_literal:
    case ExprKind::duration: return ValueType::scalar;
    case ExprKind::string_literal: return ValueType::string;
    case ExprKind::vector_selector:
    case ExprKind::aggregation: return ValueType::vector;
    case ExprKind::matrix_selector:
    case ExprKind::subquery: return ValueType::matrix;
    case ExprKind::call: return as<Call>(expr).function->return_type;
    case ExprKind::binary: return type_of_binary(as<Binary>(expr));
    case ExprKind::unary: return type_of(*as<Unary>(expr).expr);
    case ExprKind::paren: return type_of(*as<Paren>(expr).expr);
  }
  __builtin_unreachable();
}

}  // namespace sluice::promql
