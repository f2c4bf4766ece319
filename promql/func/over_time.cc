// Functions that pick or count samples of a window: count, present, first, last, min, max and the times of these.
#include <cmath>

#include "promql/func/families.h"

namespace sluice::promql {
namespace {

std::int64_t first_time(const WindowView& w) {
  if (w.histograms.empty()) return w.timestamps_ms.front();
  if (w.values.empty()) return w.histograms.front().timestamp_ms;
  return std::min(w.timestamps_ms.front(), w.histograms.front().timestamp_ms);
}
std::int64_t last_time(const WindowView& w) {
  if (w.histograms.empty()) return w.timestamps_ms.back();
  if (w.values.empty()) return w.histograms.back().timestamp_ms;
  return std::max(w.timestamps_ms.back(), w.histograms.back().timestamp_ms);
}
double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

struct Count {
  explicit Count(const RangeCall&) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    out.set(w.step, static_cast<double>(w.values.size() + w.histograms.size()));
    return {};
  }
};

struct Present {
  explicit Present(const RangeCall&) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    out.set(w.step, 1.0);
    return {};
  }
};

template <bool last>
struct Pick {
  explicit Pick(const RangeCall&) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    const std::int64_t wanted = last ? last_time(w) : first_time(w);
    const auto at = [&](auto& list) -> decltype(auto) { return last ? list.back() : list.front(); };
    if (!w.histograms.empty() && at(w.histograms).timestamp_ms == wanted)
      out.set(w.step, std::make_shared<const Histogram>(*at(w.histograms).histogram));
    else
      out.set(w.step, at(w.values));
    return {};
  }
};

template <bool last>
struct PickTime {
  explicit PickTime(const RangeCall&) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    out.set(w.step, seconds(last ? last_time(w) : first_time(w)));
    return {};
  }
};

// The extreme value of the floats, or the time of the last sample that has it. NaN gives way to any number.
template <bool max, bool time>
struct Extreme {
  explicit Extreme(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (w.values.empty()) return {};
    if (!w.histograms.empty())
      call.annotations->info("ignored histograms in a range containing both floats and histograms for metric name " +
                                 go_quoted(call.metric_name(w.series.labels)), call.position);
    double best = w.values[0];
    std::size_t at = 0;
    for (std::size_t i = 0; i < w.values.size(); ++i) {
      const double v = w.values[i];
      const bool better = (max ? v > best : v < best) || std::isnan(best) || (time && v == best);
      if (better) best = v, at = i;
    }
    out.set(w.step, time ? seconds(w.timestamps_ms[at]) : best);
    return {};
  }
  const RangeCall& call;
};

}  // namespace

std::span<const RangeFunction> over_time_functions() {
  static const RangeFunction functions[] = {
      window_function<Count>("count_over_time"),
      window_function<Present>("present_over_time"),
      window_function<Pick<true>>("last_over_time", true),
      window_function<Pick<false>>("first_over_time", true),
      window_function<PickTime<true>>("ts_of_last_over_time"),
      window_function<PickTime<false>>("ts_of_first_over_time"),
      window_function<Extreme<true, false>>("max_over_time"),
      window_function<Extreme<false, false>>("min_over_time"),
      window_function<Extreme<true, true>>("ts_of_max_over_time"),
      window_function<Extreme<false, true>>("ts_of_min_over_time"),
  };
  return functions;
}

}  // namespace sluice::promql
