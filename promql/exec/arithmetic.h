// promql/exec/arithmetic.h
//
// Room: promql/exec. Binary operators on two cells, and dispatch of the operator out of the inner loop.
#pragma once

#include <cmath>

#include "promql/exec/context.h"
#include "promql/gomath/gomath.h"
#include "promql/syntax/ast.h"
#include "promql/value/batch.h"

namespace sluice::promql {

// Calls visit(f) with f: (double, double) -> double, or -> bool for comparisons.
template <class Visit>
void with_float_operation(BinaryOp op, Visit&& visit) {
  switch (op) {
    case BinaryOp::add: return visit([](double a, double b) { return a + b; });
    case BinaryOp::sub: return visit([](double a, double b) { return a - b; });
    case BinaryOp::mul: return visit([](double a, double b) { return a * b; });
    case BinaryOp::div: return visit([](double a, double b) { return a / b; });
    case BinaryOp::mod: return visit([](double a, double b) { return std::fmod(a, b); });
    case BinaryOp::pow: return visit([](double a, double b) { return go::pow(a, b); });
    case BinaryOp::atan2: return visit([](double a, double b) { return go::atan2(a, b); });
    case BinaryOp::eq: return visit([](double a, double b) { return a == b; });
    case BinaryOp::ne: return visit([](double a, double b) { return a != b; });
    case BinaryOp::lt: return visit([](double a, double b) { return a < b; });
    case BinaryOp::le: return visit([](double a, double b) { return a <= b; });
    case BinaryOp::gt: return visit([](double a, double b) { return a > b; });
    case BinaryOp::ge: return visit([](double a, double b) { return a >= b; });
    case BinaryOp::land:
    case BinaryOp::lor:
    case BinaryOp::lunless:
    case BinaryOp::trim_upper:
    case BinaryOp::trim_lower: break;
  }
}

// Arithmetic, atan2: the result is another quantity, so the name goes.
inline bool drops_name(BinaryOp op) {
  return !is_comparison(op) && !is_set_operator(op) && op != BinaryOp::trim_lower && op != BinaryOp::trim_upper;
}
inline bool trims(BinaryOp op) { return op == BinaryOp::trim_lower || op == BinaryOp::trim_upper; }

struct Operand {
  double value = 0;
  HistogramPtr histogram;  // null: the value counts
};

struct CellResult {
  bool valid = false;  // the operator is defined for these two; otherwise there is no result, not even with `bool`
  bool keep = false;   // comparisons: it holds
  Operand cell;
};

// Any two cells. For comparisons the result is the left one. Annotations go to `position`.
CellResult operate(BinaryOp op, const Operand& left, const Operand& right, Annotations& annotations,
                           std::int32_t position);

}  // namespace sluice::promql
