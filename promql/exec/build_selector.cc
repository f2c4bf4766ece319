// Selectors, range selectors and subqueries: what is read, and through which windows.
#include <algorithm>

#include "promql/exec/build_call.h"
#include "promql/exec/latest.h"
#include "promql/exec/leaf.h"
#include "promql/value/failure.h"

namespace sluice::promql {
namespace {

WindowClock clock_of(const LookTimes& times, std::int64_t range_ms, const StepGrid& grid) {
  return {times.reference(grid.start_ms), times.at_ms ? 0 : grid.step_ms, range_ms};
}

// Everything that any window of `clock` may see; left-open windows start one millisecond later.
TimeRangeMs read_range(const WindowClock& clock, const StepGrid& grid) {
  return {clock.start_ms(0) + 1, clock.end_ms(grid.count - 1)};
}

// The rows of an operator whose samples nobody has.
class NoSamples final : public SampleReader {
 public:
  Result<bool> next(SampleBlock&) override { return false; }
};

std::unique_ptr<RangeKernel> (*kernel_for(SelectorValue value))(const RangeCall&) {
  switch (value) {
    case SelectorValue::sample: return make_latest;
    case SelectorValue::time: return make_latest_time;
    case SelectorValue::start: return make_latest_start;
  }
  return make_latest;
}

}  // namespace

Result<VectorOperatorPtr> build_selector(const Plan& plan, SelectorValue value, const StepGrid& grid,
                                         QueryContext& context) {
  const auto& selector = as<VectorSelector>(*plan.expr);
  if (selector.anchored || selector.smoothed) return not_supported("the modifier of this instant selector");
  WindowSpec spec;
  spec.call.clock = clock_of(plan.times, context.options().lookback_ms, grid);
  spec.call.grid = grid;
  spec.call.symbols = &context.symbols();
  spec.call.position = plan.position;
  spec.make = kernel_for(value);
  spec.drop = value == SelectorValue::sample ? Drop::none : Drop::metadata;
  spec.strip_stale = false;
  spec.counts_only = plan.counts_only;
  spec.per_step_stats = context.options().per_step_stats;
  auto set = context.select(selector.matchers, read_range(spec.call.clock, grid));
  if (!set) return tl::unexpected(set.error());
  return std::make_unique<LeafOperator>(context, std::make_unique<SetReader>(context, **set), std::move(spec));
}

Result<std::unique_ptr<SampleReader>> open_samples(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  const Plan& inner = unwrapped(plan);
  if (inner.kind == PlanKind::subquery) {
    const StepGrid steps = subquery_grid(inner.times, grid);
    if (steps.count == 0) return std::make_unique<NoSamples>();
    auto from = build_vector(*inner.children[0], steps, context);
    if (!from) return tl::unexpected(from.error());
    return std::make_unique<SubqueryReader>(context, std::move(*from), steps);
  }
  const auto& selector = *as<MatrixSelector>(*inner.expr).selector;
  const WindowClock clock = clock_of(inner.times, inner.times.range_ms, grid);
  auto set = context.select(selector.matchers, read_range(clock, grid));
  if (!set) return tl::unexpected(set.error());
  return std::make_unique<SetReader>(context, **set);
}

Result<VectorOperatorPtr> build_range_function(const Plan& plan, const RangeFunction& function, const StepGrid& grid,
                                               QueryContext& context) {
  WindowSpec spec;
  const Plan* samples = nullptr;
  for (const PlanPtr& argument : plan.children) {
    if (type_of(*argument) == ValueType::matrix) {
      samples = &unwrapped(*argument);
      continue;
    }
    auto values = evaluate_scalar(*argument, grid, context);
    if (!values) return tl::unexpected(values.error());
    spec.call.scalars.push_back(std::move(*values));
    spec.call.scalar_positions.push_back(argument->position);
  }
  const bool from_storage = samples->kind == PlanKind::range_selector;
  spec.call.clock = clock_of(samples->times, samples->times.range_ms, grid);
  spec.call.grid = grid;
  spec.call.symbols = &context.symbols();
  // A subquery's place is lost in Prometheus: annotations of the function point at the query's first column.
  spec.call.position = from_storage ? samples->expr->position.start : 0;
  spec.call.use_start_timestamps = context.options().use_start_timestamps && from_storage;
  spec.make = function.make;
  spec.drop = function.keeps_name ? Drop::none : Drop::metadata;
  spec.strip_stale = from_storage;
  spec.expects_counter_name = function.name == "rate" || function.name == "increase";
  spec.counts_only = samples->counts_only && from_storage;
  spec.per_step_stats = context.options().per_step_stats;
  if (from_storage) {
    const auto& selector = *as<MatrixSelector>(*samples->expr).selector;
    if (selector.anchored || selector.smoothed)
      return not_supported(std::string("the modifier of the range of ") + std::string(function.name) + "()");
  }
  auto reader = open_samples(*samples, grid, context);
  if (!reader) return tl::unexpected(reader.error());
  return std::make_unique<LeafOperator>(context, std::move(*reader), std::move(spec));
}

}  // namespace sluice::promql
