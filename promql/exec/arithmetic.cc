#include "promql/exec/arithmetic.h"

#include <optional>
#include <string>
#include <type_traits>

#include "promql/func/histogram_notes.h"
#include "promql/histogram/float_histogram.h"

namespace sluice::promql {
namespace {

void say_incompatible(BinaryOp op, const char* left, const char* right, Annotations& annotations,
                      std::int32_t position) {
  annotations.info(std::string("incompatible sample types encountered for binary operator \"") + text(op) +
                       "\": " + left + " " + text(op) + " " + right, position);
}

CellResult of_floats(BinaryOp op, double left, double right) {
  CellResult result{true, true, {left, nullptr}};
  with_float_operation(op, [&](auto f) {
    const auto value = f(left, right);
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, bool>)
      result.keep = value;
    else
      result.cell.value = value;
  });
  return result;
}

CellResult of_histogram(Histogram histogram) {
  return {true, true, {0, std::make_shared<const Histogram>(std::move(histogram))}};
}

// One histogram and one number: scaling and trimming, nothing else.
std::optional<Histogram> with_number(BinaryOp op, const Operand& left, const Operand& right) {
  const bool histogram_left = left.histogram != nullptr;
  const double number = histogram_left ? right.value : left.value;
  Histogram h = histogram_left ? *left.histogram : *right.histogram;
  h.integer = false;
  if (op == BinaryOp::mul)
    scale(h, number);
  else if (op == BinaryOp::div && histogram_left)
    divide(h, number);
  else if (op == BinaryOp::trim_upper && histogram_left)
    keep_below(h, number);
  else if (op == BinaryOp::trim_lower && histogram_left)
    keep_above(h, number);
  else
    return std::nullopt;
  if (!trims(op)) compact(h);
  return h;
}

CellResult sum_of(BinaryOp op, const Histogram& left, const Histogram& right, Annotations& annotations,
                  std::int32_t position) {
  Histogram result = left;
  result.integer = false;
  const bool adds = op == BinaryOp::add;
  const HistogramDeed deed = adds ? HistogramDeed::addition : HistogramDeed::subtraction;
  const Combined outcome = adds ? add(result, right) : subtract(result, right);
  if (!outcome.compatible) {
    annotations.warn(std::string("incompatible bucket layout encountered for binary operator ") + text(op), position);
    return {};
  }
  if (outcome.reset_collision) {
    note_reset_collision(annotations, deed, position);
    return {};
  }
  if (outcome.bounds_reconciled) note_reconciled_bounds(annotations, deed, position);
  if (!adds) result.hint = CounterResetHint::gauge;
  compact(result);
  return of_histogram(std::move(result));
}

}  // namespace

CellResult operate(BinaryOp op, const Operand& left, const Operand& right, Annotations& annotations,
                   std::int32_t position) {
  const bool left_histogram = left.histogram != nullptr, right_histogram = right.histogram != nullptr;
  if (!left_histogram && !right_histogram && !trims(op)) return of_floats(op, left.value, right.value);
  if (left_histogram && right_histogram) {
    if (op == BinaryOp::add || op == BinaryOp::sub)
      return sum_of(op, *left.histogram, *right.histogram, annotations, position);
    if (op == BinaryOp::eq || op == BinaryOp::ne)
      return {true, equal(*left.histogram, *right.histogram) == (op == BinaryOp::eq), left};
  } else if (left_histogram || right_histogram) {
    if (auto result = with_number(op, left, right)) return of_histogram(std::move(*result));
  }
  say_incompatible(op, left_histogram ? "histogram" : "float", right_histogram ? "histogram" : "float", annotations,
                   position);
  return {};
}

}  // namespace sluice::promql
