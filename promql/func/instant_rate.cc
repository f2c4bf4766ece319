// irate, idelta: the last two samples of a window.
#include "promql/func/families.h"
#include "promql/func/reset.h"

namespace sluice::promql {
namespace {

template <bool counter>
struct InstantRate {
  explicit InstantRate(const RangeCall& c) : call(c) {}

  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (!w.histograms.empty()) return histograms(w, out);
    const std::size_t n = w.values.size();
    if (n < 2) return {};
    const std::int64_t previous_ms = w.timestamps_ms[n - 2], now_ms = w.timestamps_ms[n - 1];
    const double previous = w.values[n - 2], now = w.values[n - 1];
    const bool restarted = counter && (now < previous || started_again(w.series, previous_ms, now_ms));
    double result = restarted ? now : now - previous;
    if (counter) result /= static_cast<double>(now_ms - previous_ms) / 1000;
    out.set(w.step, result);
    return {};
  }

  bool started_again(const RangeSeries& series, std::int64_t previous_ms, std::int64_t now_ms) const {
    if (!call.use_start_timestamps || series.start_times.empty()) return false;
    const StartTimes starts(series.start_times);
    return promql::started_again(starts.at(previous_ms), previous_ms, starts.at(now_ms), now_ms);
  }

  Result<void> histograms(const WindowView&, RowSink&) const {
    return fail(Errc::unsupported, "irate and idelta of native histograms are not supported");
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
