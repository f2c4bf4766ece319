// Scalar expressions: evaluated at once, one value per step.
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <type_traits>
#include <unordered_map>

#include "promql/exec/arithmetic.h"
#include "promql/exec/build.h"
#include "promql/gomath/gomath.h"
#include "promql/value/failure.h"

namespace sluice::promql {
namespace {

using Values = std::vector<double>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Values filled(const StepGrid& grid, double value) { return Values(grid.count, value); }
double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

// scalar(v): the value of the only float, NaN when there is none or more than one.
Result<Values> the_only_float(const Plan& operand, const StepGrid& grid, QueryContext& context) {
  auto from = build_vector(operand, grid, context);
  if (!from) return tl::unexpected(from.error());
  Values values = filled(grid, kNan);
  std::vector<std::uint8_t> seen(grid.count);
  Batch part;
  for (;;) {
    const auto more = (*from)->next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return values;
    for (std::size_t row = 0; row < part.rows(); ++row)
      for_each_bit(part.present(row), part.words(), [&](std::size_t step) {
        if (part.histogram(row, step) != nullptr) return;
        values[step] = seen[step] == 0 ? part.values(row)[step] : kNan;
        seen[step] = 1;
      });
  }
}

Result<Values> pairwise(const Plan& plan, const StepGrid& grid, QueryContext& context,
                        const std::function<double(double, double)>& of) {
  auto left = evaluate_scalar(*plan.children[0], grid, context);
  if (!left) return left;
  auto right = evaluate_scalar(*plan.children[1], grid, context);
  if (!right) return right;
  for (std::size_t i = 0; i < grid.count; ++i) (*left)[i] = of((*left)[i], (*right)[i]);
  return left;
}

Result<Values> call(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  const std::string& name = as<Call>(*plan.expr).function->name;
  const ExecOptions& options = context.options();
  if (name == "scalar") return the_only_float(*plan.children[0], grid, context);
  if (name == "pi") return filled(grid, std::numbers::pi);
  if (name == "start") return filled(grid, seconds(options.query_grid.start_ms));
  if (name == "end") return filled(grid, seconds(options.query_end_ms));
  if (name == "range") return filled(grid, seconds(options.query_end_ms - options.query_grid.start_ms));
  if (name == "step") return filled(grid, options.query_grid.count == 1 ? 0 : seconds(options.query_step_ms));
  if (name == "min_of") return pairwise(plan, grid, context, go::min);
  if (name == "max_of") return pairwise(plan, grid, context, go::max);
  if (name != "time") return not_supported("function " + name + "()");
  Values times;
  for (std::size_t i = 0; i < grid.count; ++i) times.push_back(seconds(grid.at(i)));
  return times;
}

Result<Values> binary(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  std::function<double(double, double)> of;
  with_float_operation(as<Binary>(*plan.expr).op, [&](auto f) { of = [f](double a, double b) { return f(a, b); }; });
  if (!of) return not_supported(std::string("operator ") + text(as<Binary>(*plan.expr).op) + " between scalars");
  return pairwise(plan, grid, context, of);
}

}  // namespace

Result<Values> evaluate_scalar(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  switch (plan.kind) {
    case PlanKind::number: return filled(grid, as<NumberLiteral>(*plan.expr).value);
    case PlanKind::call: return call(plan, grid, context);
    case PlanKind::binary: return binary(plan, grid, context);
    case PlanKind::once: {
      auto first = evaluate_scalar(*plan.children[0], grid.first_only(), context);
      return first ? Result<Values>(filled(grid, first->at(0))) : first;
    }
    case PlanKind::unary: {
      auto values = evaluate_scalar(*plan.children[0], grid, context);
      if (values && as<Unary>(*plan.expr).negative)
        for (double& v : *values) v = -v;
      return values;
    }
    case PlanKind::string:
    case PlanKind::selector:
    case PlanKind::range_selector:
    case PlanKind::subquery:
    case PlanKind::aggregation: break;
  }
  return fail(Errc::invalid_argument, "a scalar is needed here");
}

}  // namespace sluice::promql
