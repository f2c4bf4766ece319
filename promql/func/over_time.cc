// Functions that pick or count samples of a window: count, present, first, last, min, max and the times of these.
#include <algorithm>
#include <cmath>
#include <vector>

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

// The extreme value of the floats, or the time of the last sample that has it. NaN gives way to any number. Windows
// only move on, so what a later and better sample has overtaken is never looked at again: every sample is, once.
template <bool max, bool time>
class Extreme final : public RangeKernel {
 public:
  explicit Extreme(const RangeCall& call) : call_(call) {}

  Result<void> evaluate(const RangeSeries& series, RowSink& out) override {
    best_.clear();
    first_ = 0;
    std::uint32_t seen = 0;
    for (std::size_t step = 0; step < series.windows.size(); ++step) {
      const SampleWindow window = series.windows[step];
      if (window.size() == 0) continue;
      for (seen = std::max(seen, window.begin); seen < window.end; ++seen) add(series.values, seen);
      while (first_ < best_.size() && best_[first_] < window.begin) ++first_;
      const std::uint32_t at = first_ < best_.size() ? best_[first_] : window.end - 1;
      out.set(step, time ? seconds(series.timestamps_ms[at]) : series.values[at]);
      if (series.histogram_window(step).size() != 0) note_ignored(series);
    }
    return {};
  }

 private:
  // Of equal values the first is the extreme, and the last tells the time.
  static bool overtakes(double later, double earlier) {
    return (max ? later > earlier : later < earlier) || (time && later == earlier);
  }

  void add(const double* values, std::uint32_t at) {
    if (std::isnan(values[at])) return;
    while (best_.size() > first_ && overtakes(values[at], values[best_.back()])) best_.pop_back();
    best_.push_back(at);
  }

  void note_ignored(const RangeSeries& series) const {
    call_.annotations->info("ignored histograms in a range containing both floats and histograms for metric name " +
                                go_quoted(call_.metric_name(series.labels)),
                            call_.position);
  }

  const RangeCall& call_;
  std::vector<std::uint32_t> best_;  // from first_ on: the extreme, then what would be it without those before
  std::size_t first_ = 0;
};

template <bool max, bool time>
constexpr RangeFunction extreme(std::string_view name) {
  return {name, &make_kernel<Extreme<max, time>>, false};
}

}  // namespace

std::span<const RangeFunction> over_time_functions() {
  static const RangeFunction functions[] = {
      window_function<Count>("count_over_time"),
      window_function<Present>("present_over_time"),
      window_function<Pick<true>>("last_over_time", true),
      window_function<Pick<false>>("first_over_time", true),
      window_function<PickTime<true>>("ts_of_last_over_time"),
      window_function<PickTime<false>>("ts_of_first_over_time"),
      extreme<true, false>("max_over_time"),
      extreme<false, false>("min_over_time"),
      extreme<true, true>("ts_of_max_over_time"),
      extreme<false, true>("ts_of_min_over_time"),
  };
  return functions;
}

}  // namespace sluice::promql
