#include "promql/func/extended.h"
#include "promql/func/histogram_notes.h"

namespace sluice::promql {
namespace {

bool gauge(const Histogram& h) { return h.hint == CounterResetHint::gauge; }

// One end of the window: a sample, or a value between two.
struct End {
  Histogram value;
  bool between = false;
  bool across_reset = false;
};

class ExtendedIncrease {
 public:
  ExtendedIncrease(std::span<const HistogramPoint> points, EdgeSpan span, bool counter)
      : points_(points), span_(span), counter_(counter) {}

  // nullopt: layouts that do not fit together.
  std::optional<Histogram> run(std::int64_t after, std::int64_t until, Edge edge, bool& reconciled) const {
    const bool smoothed = edge == Edge::smoothed;
    const auto left = end_at(span_.first, span_.first, after, smoothed && time(span_.first) < after);
    if (!left) return std::nullopt;
    const bool between = smoothed && span_.last > 0 && time(span_.last) > until;
    const auto right = end_at(span_.last, between ? span_.last - 1 : span_.last, until, between);
    if (!right) return std::nullopt;
    Histogram total = right->value;
    total.integer = false;
    if (!fold(subtract(total, left->value), reconciled)) return std::nullopt;
    if (counter_ && !add_lost(total, *left, *right, reconciled)) return std::nullopt;
    total.hint = CounterResetHint::gauge;
    compact(total);
    return total;
  }

 private:
  std::int64_t time(std::size_t i) const { return points_[i].timestamp_ms; }
  const Histogram& at(std::size_t i) const { return *points_[i].histogram; }

  std::optional<End> end_at(std::size_t sample, std::size_t before, std::int64_t ms, bool between) const {
    if (!between) return End{at(sample), false, false};
    const double share = static_cast<double>(ms - time(before)) / static_cast<double>(time(before + 1) - time(before));
    bool reconciled = false;  // told of the difference between the ends, if at all
    auto value = interpolated(at(before), at(before + 1), share, counter_, reconciled);
    if (!value) return std::nullopt;
    return End{std::move(*value), true, counter_ && counter_reset(at(before + 1), at(before))};
  }

  // Adds what stood before each reset. A reset that lies behind the interpolated left end has been counted there.
  bool add_lost(Histogram& total, const End& left, const End& right, bool& reconciled) const {
    const Histogram* previous = &left.value;
    bool counted = left.across_reset;
    for (std::size_t i = span_.first + 1; i < span_.last; ++i) {
      if (!counted && counter_reset(at(i), *previous) && !fold(add(total, *previous), reconciled)) return false;
      counted = false;
      previous = &at(i);
    }
    if (counted || span_.first == span_.last) return true;
    const bool reset = right.between ? right.across_reset : counter_reset(right.value, *previous);
    return !reset || fold(add(total, *previous), reconciled);
  }

  static bool fold(const Combined& outcome, bool& reconciled) {
    reconciled = reconciled || outcome.bounds_reconciled;
    return outcome.compatible;
  }

  const std::span<const HistogramPoint> points_;
  const EdgeSpan span_;
  const bool counter_;
};

void note_kinds(std::span<const HistogramPoint> points, EdgeSpan span, bool counter, const RangeCall& call,
                std::string_view metric) {
  bool any_gauge = false;
  for (std::size_t i = span.first; i <= span.last; ++i) any_gauge = any_gauge || gauge(*points[i].histogram);
  const bool ends_are_gauges = gauge(*points[span.first].histogram) && gauge(*points[span.last].histogram);
  if (counter && any_gauge) note_not_a_counter(*call.annotations, metric, call.position);
  if (!counter && !ends_are_gauges) note_not_a_gauge(*call.annotations, metric, call.position);
}

}  // namespace

std::optional<Histogram> interpolated(const Histogram& before, const Histogram& after, double share, bool counter,
                                      bool& reconciled) {
  Histogram result = after;
  result.integer = false;
  if (uses_custom_buckets(before) != uses_custom_buckets(after)) return std::nullopt;
  if (counter && counter_reset(after, before)) {
    scale(result, share);
    result.hint = CounterResetHint::reset;
    return result;
  }
  const Combined difference = subtract(result, before);
  if (!difference.compatible) return std::nullopt;
  reconciled = reconciled || difference.bounds_reconciled;
  scale(result, share);
  if (!add(result, before).compatible) return std::nullopt;
  result.hint = gauge(before) && gauge(after) ? CounterResetHint::gauge : CounterResetHint::unknown;
  return result;
}

std::optional<Histogram> extended_histogram_increase(std::span<const HistogramPoint> points, std::int64_t after,
                                                     std::int64_t until, bool counter, const RangeCall& call,
                                                     std::string_view metric) {
  const auto span = edge_span(
      points.size(), [&](std::size_t i) { return points[i].timestamp_ms; }, after, until, call.edge);
  if (!span) return std::nullopt;
  note_kinds(points, *span, counter, call, metric);
  bool reconciled = false;
  auto total = ExtendedIncrease(points, *span, counter).run(after, until, call.edge, reconciled);
  if (!total) note_mixed_schemas(*call.annotations, metric, call.position);
  if (reconciled) note_reconciled_bounds(*call.annotations, HistogramDeed::subtraction, call.position);
  return total;
}

}  // namespace sluice::promql
