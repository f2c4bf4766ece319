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

  static double share(std::int64_t from, std::int64_t to, std::int64_t now) {
    return static_cast<double>(now - from) / static_cast<double>(to - from);
  }

  static void of_floats(const WindowView& w, std::int64_t now, RowSink& out) {
    const auto& times = w.timestamps_ms;
    const auto next = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), now) - times.begin());
    if (next < times.size() && times[next] == now) return out.set(w.step, w.values[next]);
    if (next == 0) return;
    const double before = w.values[next - 1];
    if (next == times.size()) return out.set(w.step, before);
    out.set(w.step, before + (w.values[next] - before) * share(times[next - 1], times[next], now));
  }

  void of_histograms(const WindowView& w, std::int64_t now, RowSink& out) const {
    const auto& points = w.histograms;
    const auto found = std::lower_bound(points.begin(), points.end(), now,
                                        [](const HistogramPoint& p, std::int64_t ms) { return p.timestamp_ms < ms; });
    const auto copy = [&](const HistogramPoint& p) {
      out.set(w.step, std::make_shared<const Histogram>(*p.histogram));
    };
    if (found != points.end() && found->timestamp_ms == now) return copy(*found);
    if (found == points.begin()) return;
    const HistogramPoint& before = *(found - 1);
    if (found == points.end()) return copy(before);
    const bool gauges =
        before.histogram->hint == CounterResetHint::gauge && found->histogram->hint == CounterResetHint::gauge;
    bool reconciled = false;
    auto between = interpolated(*before.histogram, *found->histogram,
                                share(before.timestamp_ms, found->timestamp_ms, now), !gauges, reconciled);
    if (!between) return note_mixed_schemas(*call.annotations, call.metric_name(w.series.labels), call.position);
    if (reconciled)
      for (const HistogramDeed deed : {HistogramDeed::subtraction, HistogramDeed::addition})
        note_reconciled_bounds(*call.annotations, deed, call.position);
    out.set(w.step, std::make_shared<const Histogram>(std::move(*between)));
  }

  const RangeCall& call;
};

}  // namespace

std::unique_ptr<RangeKernel> make_smoothed(const RangeCall& call) {
  return std::make_unique<WindowKernel<Smoothed>>(call);
}

}  // namespace sluice::promql
