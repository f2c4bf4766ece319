// Selectors, range selectors and subqueries: what is read, and through which windows.
#include <algorithm>

#include "promql/exec/build_call.h"
#include "promql/exec/common_reading.h"
#include "promql/exec/latest.h"
#include "promql/exec/leaf.h"
#include "promql/exec/smoothed.h"
#include "promql/func/extended.h"
#include "promql/value/failure.h"

namespace sluice::promql {
namespace {

// Around the window itself: a lookback before it, and one after it when values are interpolated.
void widen(RangeCall& call, Edge edge, std::int64_t lookback_ms) {
  call.edge = edge;
  call.range_ms = call.clock.range_ms;
  if (edge == Edge::none) return;
  call.ahead_ms = edge == Edge::smoothed ? lookback_ms : 0;
  call.clock.first_end_ms += call.ahead_ms;
  call.clock.range_ms += lookback_ms + call.ahead_ms;
}

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
    case SelectorValue::info: return make_latest_info;
    case SelectorValue::start: return make_latest_start;
  }
  return make_latest;
}

}  // namespace

Edge edge_of(const VectorSelector& selector) {
  return selector.anchored ? Edge::anchored : selector.smoothed ? Edge::smoothed : Edge::none;
}

Result<VectorOperatorPtr> build_selector(const Plan& plan, SelectorValue value, const StepGrid& grid,
                                         QueryContext& context) {
  const auto& selector = as<VectorSelector>(*plan.expr);
  WindowSpec spec;
  spec.call.clock = clock_of(plan.times, context.options().lookback_ms, grid);
  spec.call.grid = grid;
  spec.call.symbols = &context.symbols();
  spec.call.delayed_names = context.labels().delayed();
  spec.call.position = plan.position;
  spec.make = kernel_for(value);
  spec.drop = value == SelectorValue::sample ? Drop::none : Drop::metadata;
  const bool smoothed = selector.smoothed && value == SelectorValue::sample;  // a time is never interpolated
  spec.strip_stale = smoothed;
  if (smoothed) {
    // Samples up to a lookback after the step take part; the window before it is the lookback already.
    spec.call.ahead_ms = context.options().lookback_ms;
    spec.call.clock.first_end_ms += spec.call.ahead_ms;
    spec.call.clock.range_ms += spec.call.ahead_ms;
    spec.make = make_smoothed;
  }
  spec.one_sample_each = true;
  spec.counts_only = plan.counts_only;
  spec.per_step_stats = context.options().per_step_stats;
  auto set = context.select(selector.matchers, read_range(spec.call.clock, grid));
  if (!set) return tl::unexpected(set.error());
  return context.readings().leaf(context, **set, std::move(spec));
}

Result<VectorOperatorPtr> build_info_selector(std::span<const Matcher> matchers, const LookTimes& times,
                                              const StepGrid& grid, QueryContext& context) {
  WindowSpec spec;
  spec.call.clock = clock_of(times, context.options().lookback_ms, grid);
  spec.call.grid = grid;
  spec.call.symbols = &context.symbols();
  spec.call.delayed_names = context.labels().delayed();
  spec.make = kernel_for(SelectorValue::info);
  spec.one_sample_each = true;
  spec.strip_stale = false;
  auto set = context.select(matchers, read_range(spec.call.clock, grid));
  if (!set) return tl::unexpected(set.error());
  return context.readings().leaf(context, **set, std::move(spec));
}

Result<std::unique_ptr<SampleReader>> open_samples(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  const Plan& inner = unwrapped(plan);
  if (inner.kind == PlanKind::subquery) {
    const StepGrid steps = subquery_grid(inner.times, grid);
    if (steps.count == 0) return std::make_unique<NoSamples>();
    if (auto fits = context.check_steps(steps); !fits) return tl::unexpected(fits.error());
    auto from = build_series(*inner.children[0], steps, context);
    if (!from) return tl::unexpected(from.error());
    return std::make_unique<SubqueryReader>(context, std::move(*from), steps);
  }
  const VectorSelector& selector = *as<MatrixSelector>(*inner.expr).selector;
  RangeCall call;
  call.clock = clock_of(inner.times, inner.times.range_ms, grid);
  widen(call, edge_of(selector), context.options().lookback_ms);
  auto set = context.select(selector.matchers, read_range(call.clock, grid));
  if (!set) return tl::unexpected(set.error());
  return std::make_unique<SetReader>(context, **set, grid.count);
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
  spec.call.delayed_names = context.labels().delayed();
  // A subquery's place is lost in Prometheus: annotations of the function point at the query's first column.
  spec.call.position = from_storage ? samples->expr->position.start : 0;
  spec.call.use_start_timestamps = context.options().use_start_timestamps && from_storage;
  spec.make = function.make;
  spec.drop = function.keeps_name ? Drop::none : Drop::metadata;
  spec.strip_stale = from_storage;
  spec.from_storage = from_storage;
  spec.expects_counter_name = function.name == "rate" || function.name == "increase";
  spec.counts_only = samples->counts_only && from_storage;
  spec.per_step_stats = context.options().per_step_stats;
  if (from_storage) {
    const Edge edge = edge_of(*as<MatrixSelector>(*samples->expr).selector);
    widen(spec.call, edge, context.options().lookback_ms);
    if (edge != Edge::none) spec.make = find_extended_function(function.name, edge);
    if (spec.make == nullptr) return evaluation_failed(edge_refusal(as<Call>(*plan.expr).function->name, edge));
  }
  if (from_storage) {
    auto set = context.select(as<MatrixSelector>(*samples->expr).selector->matchers, read_range(spec.call.clock, grid));
    if (!set) return tl::unexpected(set.error());
    return context.readings().leaf(context, **set, std::move(spec));
  }
  auto reader = open_samples(*samples, grid, context);
  if (!reader) return tl::unexpected(reader.error());
  return std::make_unique<LeafOperator>(context, std::move(*reader), std::move(spec));
}

}  // namespace sluice::promql
