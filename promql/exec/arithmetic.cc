#include "promql/exec/arithmetic.h"

#include <string>
#include <type_traits>

#include "promql/value/failure.h"

namespace sluice::promql {
namespace {

void say_incompatible(BinaryOp op, const char* left, const char* right, Annotations& annotations,
                      std::int32_t position) {
  annotations.info(std::string("incompatible sample types encountered for binary operator \"") + text(op) +
                       "\": " + left + " " + text(op) + " " + right, position);
}

CellResult of_floats(BinaryOp op, double left, double right) {
  CellResult result{true, {left, nullptr}};
  with_float_operation(op, [&](auto f) {
    const auto value = f(left, right);
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, bool>)
      result.keep = value;
    else
      result.cell.value = value;
  });
  return result;
}

}  // namespace

Result<CellResult> operate(BinaryOp op, const Operand& left, const Operand& right, Annotations& annotations,
                           std::int32_t position) {
  if (left.histogram == nullptr && right.histogram == nullptr && !trims(op))
    return of_floats(op, left.value, right.value);
  if (left.histogram != nullptr || right.histogram != nullptr)
    return not_supported("binary operators on native histograms");
  say_incompatible(op, "float", "float", annotations, position);
  return CellResult{};
}

}  // namespace sluice::promql
