// irate, idelta: the last two samples of a window.
#include "promql/func/families.h"
#include "promql/func/histogram_notes.h"
#include "promql/func/histogram_rate.h"
#include "promql/func/mixed_samples.h"
#include "promql/func/reset.h"

namespace sluice::promql {
namespace {

template <bool counter>
struct InstantRate {
  explicit InstantRate(const RangeCall& c) : call(c) {}

  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (w.values.size() + w.histograms.size() < 2) return {};
    const auto [previous, current] = last_two(w);
    if (current.timestamp_ms == previous.timestamp_ms) return {};
    const bool restarted = counter && started_again(w.series, previous.timestamp_ms, current.timestamp_ms);
    const double seconds = static_cast<double>(current.timestamp_ms - previous.timestamp_ms) / 1000;
    if (previous.histogram == nullptr && current.histogram == nullptr) {
      const bool reset = counter && (current.value < previous.value || restarted);
      const double change = reset ? current.value : current.value - previous.value;
      out.set(w.step, counter ? change / seconds : change);
      return {};
    }
    const std::string metric = call.metric_name(w.series.labels);
    if (previous.histogram == nullptr || current.histogram == nullptr) {
      note_mixed_types(*call.annotations, metric, call.position);
      return {};
    }
    auto change = histogram_step(*previous.histogram, *current.histogram, counter, restarted, call, metric);
    if (!change) return {};
    if (counter) divide(*change, seconds);
    out.set(w.step, std::make_shared<const Histogram>(std::move(*change)));
    return {};
  }

  bool started_again(const RangeSeries& series, std::int64_t previous_ms, std::int64_t now_ms) const {
    if (!call.use_start_timestamps || series.start_times.empty()) return false;
    const StartTimes starts(series.start_times);
    return promql::started_again(starts.at(previous_ms), previous_ms, starts.at(now_ms), now_ms);
  }

  const RangeCall& call;
};

}  // namespace

std::span<const RangeFunction> instant_rate_functions() {
  static const RangeFunction functions[] = {window_function<InstantRate<true>>("irate"),
                                            window_function<InstantRate<false>>("idelta")};
  return functions;
}

}  // namespace sluice::promql
