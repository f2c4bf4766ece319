#include "promql/exec/smoothed.h"

#include <algorithm>

#include "promql/func/extended.h"
#include "promql/func/histogram_notes.h"

namespace sluice::promql {
namespace {

struct Smoothed {
  explicit Smoothed(const RangeCall& c) : call(c) {}

  Result<void> operator()(const WindowView& w, RowSink& out) const {
    const std::int64_t now = call.clock.end_ms(w.step) - call.ahead_ms;
    if (!w.values.empty() && !w.histograms.empty())
      note_mixed_types(*call.annotations, call.metric_name(w.series.labels), call.position);
    else if (w.histograms.empty())
      of_floats(w, now, out);
    else
      of_histograms(w, now, out);
    return {};
  }

  static void of_floats(const WindowView& w, std::int64_t now, RowSink& out) {
    const auto& times = w.timestamps_ms;
    const auto next = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), now) - times.begin());
    if (next < times.size() && times[next] == now) return out.set(w.step, w.values[next]);
    if (next == 0) return;
    const double before = w.values[next - 1];
    if (next == times.size()) return out.set(w.step, before);
    out.set(w.step, interpolated_value(times[next - 1], before, times[next], w.values[next], now, false));
  }

  void of_histograms(const WindowView& w, std::int64_t now, RowSink& out) const {
    const auto& points = w.histograms;
    const auto found = std::lower_bound(points.begin(), points.end(), now,
                                        [](const HistogramPoint& p, std::int64_t ms) { return p.timestamp_ms < ms; });
    if (found != points.end() && found->timestamp_ms == now) return out.set(w.step, copy_of(*found->histogram));
    if (found == points.begin()) return;
    const HistogramPoint& before = *(found - 1);
    if (found == points.end()) return out.set(w.step, carried(*before.histogram));
    if (uses_custom_buckets(*before.histogram) != uses_custom_buckets(*found->histogram))
      return note_mixed_schemas(*call.annotations, call.metric_name(w.series.labels), call.position);
    out.set(w.step, between(before, *found, now));
  }

  static HistogramPtr copy_of(Histogram h) { return std::make_shared<const Histogram>(std::move(h)); }

  // A hint says how a sample follows the one before it, which this one does not.
  static HistogramPtr carried(Histogram h) {
    h.hint = CounterResetHint::unknown;
    return copy_of(std::move(h));
  }

  HistogramPtr between(const HistogramPoint& before, const HistogramPoint& after, std::int64_t now) const {
    const double share =
        static_cast<double>(now - before.timestamp_ms) / static_cast<double>(after.timestamp_ms - before.timestamp_ms);
    const bool gauges =
        before.histogram->hint == CounterResetHint::gauge && after.histogram->hint == CounterResetHint::gauge;
    return copy_of(interpolated(*before.histogram, *after.histogram, share, !gauges, call));
  }

  const RangeCall& call;
};

}  // namespace

std::unique_ptr<RangeKernel> make_smoothed(const RangeCall& call) {
  return std::make_unique<WindowKernel<Smoothed>>(call);
}

}  // namespace sluice::promql
