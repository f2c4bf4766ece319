#include "promql/func/histogram_rate.h"

#include <algorithm>

#include "promql/func/histogram_notes.h"
#include "promql/histogram/float_histogram.h"
#include "proto/model/histogram_schema.h"

namespace sluice::promql {
namespace {

bool gauge(const Histogram& h) { return h.hint == CounterResetHint::gauge; }

// A histogram without observations that fits beside `like`.
Histogram empty_like(const Histogram& like) {
  Histogram empty;
  empty.schema = like.schema;
  empty.custom_values = like.custom_values;
  return empty;
}

class Increase {
 public:
  Increase(std::span<const HistogramPoint> points, bool counter, const Restarted& restarted, const RangeCall& call,
           std::string_view metric)
      : points_(points), counter_(counter), restarted_(restarted), call_(call), metric_(metric) {}

  std::optional<Histogram> run(bool from_zero) {
    note_kind();
    const Histogram& last = at(points_.size() - 1);
    // A reset after the first sample makes the first one irrelevant, its bucket layout included.
    first_ = points_.size() > 1 && counter_ && reset(1, at(0)) ? empty_like(at(1)) : at(0);
    if (!same_layout(first_)) return nullopt_mixed();
    Histogram total = last;
    if (!uses_custom_buckets(total)) reduce_schema(total, schema_min());
    if (!fold(subtract(total, first_), HistogramDeed::subtraction)) return std::nullopt;
    if (counter_ && !add_lost(total)) return std::nullopt;
    if (from_zero && !fold(add(total, at(0)), HistogramDeed::addition)) return std::nullopt;
    total.hint = CounterResetHint::gauge;
    compact(total);
    return total;
  }

 private:
  const Histogram& at(std::size_t i) const { return *points_[i].histogram; }
  bool reset(std::size_t i, const Histogram& previous) const {
    return counter_reset(at(i), previous) || restarted_(points_[i - 1].timestamp_ms, points_[i].timestamp_ms);
  }

  void note_kind() const {
    const bool ends_are_gauges = gauge(at(0)) && gauge(at(points_.size() - 1));
    const bool any_gauge =
        std::any_of(points_.begin(), points_.end(), [](const HistogramPoint& p) { return gauge(*p.histogram); });
    if (counter_ && any_gauge) note_not_a_counter(*call_.annotations, metric_, call_.position);
    if (!counter_ && !ends_are_gauges) note_not_a_gauge(*call_.annotations, metric_, call_.position);
  }

  // Counters look at every sample between, gauges at the two ends only.
  bool same_layout(const Histogram& first) const {
    const bool custom = uses_custom_buckets(first);
    if (uses_custom_buckets(at(points_.size() - 1)) != custom) return false;
    for (std::size_t i = 1; counter_ && i + 1 < points_.size(); ++i)
      if (uses_custom_buckets(at(i)) != custom) return false;
    return true;
  }
  std::int32_t schema_min() const {
    std::int32_t schema = std::min(first_.schema, at(points_.size() - 1).schema);
    for (std::size_t i = 1; counter_ && i + 1 < points_.size(); ++i) schema = std::min(schema, at(i).schema);
    return schema;
  }

  bool add_lost(Histogram& total) const {
    const Histogram* previous = &first_;
    for (std::size_t i = 1; i < points_.size(); ++i) {
      if (reset(i, *previous) && !fold(add(total, *previous), HistogramDeed::addition)) return false;
      previous = &at(i);
    }
    return true;
  }

  // Resets were looked at one by one, so a collision of hints means nothing here.
  bool fold(const Combined& outcome, HistogramDeed deed) const {
    if (outcome.bounds_reconciled) note_reconciled_bounds(*call_.annotations, deed, call_.position);
    if (!outcome.compatible) note_mixed_schemas(*call_.annotations, metric_, call_.position);
    return outcome.compatible;
  }
  std::optional<Histogram> nullopt_mixed() const {
    note_mixed_schemas(*call_.annotations, metric_, call_.position);
    return std::nullopt;
  }

  const std::span<const HistogramPoint> points_;
  const bool counter_;
  const Restarted& restarted_;
  const RangeCall& call_;
  const std::string_view metric_;
  Histogram first_;
};

}  // namespace

std::optional<Histogram> histogram_increase(std::span<const HistogramPoint> points, bool counter,
                                            const Restarted& restarted, bool from_zero, const RangeCall& call,
                                            std::string_view metric) {
  return Increase(points, counter, restarted, call, metric).run(from_zero);
}

std::optional<Histogram> histogram_step(const Histogram& previous, const Histogram& current, bool counter,
                                        bool restarted, const RangeCall& call, std::string_view metric) {
  if (counter && (gauge(previous) || gauge(current))) note_not_a_counter(*call.annotations, metric, call.position);
  if (!counter && !(gauge(previous) && gauge(current))) note_not_a_gauge(*call.annotations, metric, call.position);
  Histogram result = current;
  result.integer = false;
  if (!counter || !(restarted || counter_reset(current, previous))) {
    const Combined outcome = subtract(result, previous);
    if (!outcome.compatible) {
      note_mixed_schemas(*call.annotations, metric, call.position);
      return std::nullopt;
    }
    if (outcome.bounds_reconciled)
      note_reconciled_bounds(*call.annotations, HistogramDeed::subtraction, call.position);
  }
  result.hint = CounterResetHint::gauge;
  compact(result);
  return result;
}

HistogramPtr scaled(Histogram histogram, double factor) {
  scale(histogram, factor);
  return std::make_shared<const Histogram>(std::move(histogram));
}

}  // namespace sluice::promql
