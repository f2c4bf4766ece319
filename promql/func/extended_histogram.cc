#include "promql/func/extended.h"
#include "promql/func/histogram_notes.h"

namespace sluice::promql {
namespace {

bool gauge(const Histogram& h) { return h.hint == CounterResetHint::gauge; }

// Of histograms with one kind of buckets, so that nothing can fail.
void noted_add(Histogram& sum, const Histogram& other, const RangeCall& call) {
  if (add(sum, other).bounds_reconciled)
    note_reconciled_bounds(*call.annotations, HistogramDeed::addition, call.position);
}
void noted_subtract(Histogram& from, const Histogram& other, const RangeCall& call) {
  if (subtract(from, other).bounds_reconciled)
    note_reconciled_bounds(*call.annotations, HistogramDeed::subtraction, call.position);
}

// One end of the window: a sample, or a value between two.
struct End {
  Histogram value;
  bool between = false;
  bool across_reset = false;
};

class ExtendedIncrease {
 public:
  ExtendedIncrease(std::span<const HistogramPoint> points, EdgeSpan span, bool counter, const RangeCall& call)
      : points_(points), span_(span), counter_(counter), call_(call) {}

  Histogram run(std::int64_t after, std::int64_t until) const {
    const bool smoothed = call_.edge == Edge::smoothed;
    const End left = end_at(span_.first, span_.first, after, smoothed && time(span_.first) < after);
    const bool between = smoothed && span_.last > 0 && time(span_.last) > until;
    const End right = end_at(span_.last, between ? span_.last - 1 : span_.last, until, between);
    Histogram total = right.value;
    total.integer = false;
    noted_subtract(total, left.value, call_);
    if (counter_)
      if (const auto lost = lost_in_resets(left, right)) noted_add(total, *lost, call_);
    total.hint = CounterResetHint::gauge;
    compact(total);
    return total;
  }

 private:
  std::int64_t time(std::size_t i) const { return points_[i].timestamp_ms; }
  const Histogram& at(std::size_t i) const { return *points_[i].histogram; }

  End end_at(std::size_t sample, std::size_t before, std::int64_t ms, bool between) const {
    if (!between) return End{at(sample), false, false};
    const double share = static_cast<double>(ms - time(before)) / static_cast<double>(time(before + 1) - time(before));
    return End{interpolated(at(before), at(before + 1), share, counter_, call_), true,
               counter_ && counter_reset(at(before + 1), at(before))};
  }

  // The sum of what stood before each reset. A reset that lies behind the interpolated left end has been counted there.
  std::optional<Histogram> lost_in_resets(const End& left, const End& right) const {
    std::optional<Histogram> lost;
    const Histogram* previous = &left.value;
    bool counted = left.across_reset;
    for (std::size_t i = span_.first + 1; i < span_.last; ++i) {
      if (!counted && counter_reset(at(i), *previous)) lose(lost, *previous);
      counted = false;
      previous = &at(i);
    }
    if (counted || span_.first == span_.last) return lost;
    if (right.between ? right.across_reset : counter_reset(right.value, *previous)) lose(lost, *previous);
    return lost;
  }

  void lose(std::optional<Histogram>& lost, const Histogram& more) const {
    if (lost) return noted_add(*lost, more, call_);
    lost = more;
    lost->integer = false;
  }

  const std::span<const HistogramPoint> points_;
  const EdgeSpan span_;
  const bool counter_;
  const RangeCall& call_;
};

// Whether all have one kind of buckets.
bool noted_kinds(std::span<const HistogramPoint> points, bool counter, const RangeCall& call, std::string_view metric) {
  for (const HistogramPoint& point : points) {
    if (uses_custom_buckets(*point.histogram) != uses_custom_buckets(*points[0].histogram)) {
      note_mixed_schemas(*call.annotations, metric, call.position);
      return false;
    }
    if (counter && gauge(*point.histogram)) note_not_a_counter(*call.annotations, metric, call.position);
  }
  if (!counter && !(gauge(*points.front().histogram) && gauge(*points.back().histogram)))
    note_not_a_gauge(*call.annotations, metric, call.position);
  return true;
}

}  // namespace

Histogram interpolated(const Histogram& before, const Histogram& after, double share, bool counter,
                       const RangeCall& call) {
  Histogram result = after;
  result.integer = false;
  if (counter && counter_reset(after, before)) {
    scale(result, share);
    result.hint = CounterResetHint::reset;
    return result;
  }
  noted_subtract(result, before, call);
  scale(result, share);
  noted_add(result, before, call);
  result.hint = gauge(before) && gauge(after) ? CounterResetHint::gauge : CounterResetHint::unknown;
  return result;
}

std::optional<Histogram> extended_histogram_increase(std::span<const HistogramPoint> points, std::int64_t after,
                                                     std::int64_t until, bool counter, const RangeCall& call,
                                                     std::string_view metric) {
  const auto span = edge_span(
      points.size(), [&](std::size_t i) { return points[i].timestamp_ms; }, after, until, call.edge);
  if (!span) return std::nullopt;
  if (!noted_kinds(points.subspan(span->first, span->last - span->first + 1), counter, call, metric))
    return std::nullopt;
  return ExtendedIncrease(points, *span, counter, call).run(after, until);
}

}  // namespace sluice::promql
