// rate, increase, delta: the difference over a window, extrapolated to its borders (contract 3.7.2).
//
// The common case, floats without start timestamps, slides: what depends on timestamps only is worked out once per
// timeline, counter resets once per series, and a step costs a subtraction and a few multiplications.
#include <algorithm>
#include <cmath>

#include "promql/func/families.h"
#include "promql/func/histogram_notes.h"
#include "promql/func/histogram_rate.h"
#include "promql/func/reset.h"

namespace sluice::promql {
namespace {

enum class Kind : std::uint8_t { rate, increase, delta };

// What the timestamps of one window say. Seconds.
struct Extrapolation {
  double sampled = 0;
  double to_start = 0;  // before the counter's zero point is looked at
  double to_end = 0;
};

Extrapolation extrapolation_of(std::int64_t first_ms, std::int64_t last_ms, std::size_t count, std::int64_t start_ms,
                               std::int64_t end_ms) {
  Extrapolation e;
  e.sampled = static_cast<double>(last_ms - first_ms) / 1000;
  const double average = count < 2 ? 0 : e.sampled / static_cast<double>(count - 1);
  const double threshold = average * 1.1;
  e.to_start = static_cast<double>(first_ms - start_ms) / 1000;
  e.to_end = static_cast<double>(end_ms - last_ms) / 1000;
  if (e.to_start >= threshold) e.to_start = average / 2;
  if (e.to_end >= threshold) e.to_end = average / 2;
  return e;
}

template <Kind kind>
class RateKernel final : public RangeKernel {
 public:
  explicit RateKernel(const RangeCall& call)
      : call_(call), range_seconds_(static_cast<double>(call.clock.range_ms) / 1000) {}

  Result<void> evaluate(const RangeSeries& series, RowSink& out) override {
    if (series.has_histograms() || (call_.use_start_timestamps && !series.start_times.empty()))
      return step_by_step(series, out);
    if (series.timeline != timeline_ || timeline_ == 0) learn(series);
    slide(series, out);
    return {};
  }

 private:
  static constexpr bool kCounter = kind != Kind::delta;
  struct Step {
    std::uint32_t index, first, last;  // of the step; of its samples
    double factor;                     // when the counter's zero point plays no part
    Extrapolation times;
  };

  void learn(const RangeSeries& series) {
    timeline_ = series.timeline;
    steps_.clear();
    present_.assign(words_for(series.windows.size()), 0);
    for (std::size_t i = 0; i < series.windows.size(); ++i) {
      const SampleWindow w = series.windows[i];
      if (w.size() < 2) continue;
      const Extrapolation e =
          extrapolation_of(series.timestamps_ms[w.begin], series.timestamps_ms[w.end - 1], w.size(),
                           call_.clock.start_ms(i), call_.clock.end_ms(i));
      steps_.push_back({static_cast<std::uint32_t>(i), w.begin, w.end - 1, finish(e), e});
      set_bit(present_.data(), i);
    }
  }

  // Indexes whose value is below the one before. Constant series have none.
  void find_resets(const RangeSeries& series) {
    resets_.clear();
    if (!kCounter || series.constant) return;
    const double* v = series.values;
    const std::size_t count = series.timestamps_ms.size();
    int any = 0;  // most series have none: this loop becomes vector instructions
    for (std::size_t i = 1; i < count; ++i) any |= v[i] < v[i - 1];
    for (std::size_t i = 1; any != 0 && i < count; ++i)
      if (v[i] < v[i - 1]) resets_.push_back(static_cast<std::uint32_t>(i));
  }

  void slide(const RangeSeries& series, RowSink& out) {
    find_resets(series);
    std::copy(present_.begin(), present_.end(), out.present());
    double* results = out.values();
    const double* values = series.values;
    if (resets_.empty()) {
      for (const Step& step : steps_)
        results[step.index] = extrapolated(step, values[step.last] - values[step.first], values[step.first]);
      return;
    }
    std::size_t next_reset = 0;
    for (const Step& step : steps_) {
      double result = values[step.last] - values[step.first];
      while (next_reset < resets_.size() && resets_[next_reset] <= step.first) ++next_reset;
      for (std::size_t r = next_reset; r < resets_.size() && resets_[r] <= step.last; ++r)
        result += values[resets_[r] - 1];
      results[step.index] = extrapolated(step, result, values[step.first]);
    }
  }

  // Most counters are far from zero, so that their zero point lies before the window: a multiplication tells, and the
  // divisions are saved. Where that is not clear beyond rounding, the exact comparison decides.
  static constexpr double kClear = 1 + 1e-9;
  double extrapolated(const Step& step, double result, double first) const {
    const bool may_reach_zero = kCounter && result > 0 && first >= 0 &&
                                first * step.times.sampled < step.times.to_start * result * kClear;
    return result * (may_reach_zero ? factor(step.times, result, first) : step.factor);
  }

  double factor(Extrapolation e, double result, double first) const {
    if (kCounter && result > 0 && first >= 0) e.to_start = std::min(e.to_start, e.sampled * (first / result));
    return finish(e);
  }
  double finish(const Extrapolation& e) const {
    double factor = e.sampled == 0 ? 1 : (e.sampled + e.to_start + e.to_end) / e.sampled;
    if (kind == Kind::rate) factor /= range_seconds_;
    return factor;
  }

  Result<void> step_by_step(const RangeSeries& series, RowSink& out) {
    overlap_warned_ = false;
    for (std::size_t step = 0; step < series.windows.size(); ++step) {
      const SampleWindow floats = series.windows[step], histograms = series.histogram_window(step);
      if (floats.size() > 0 && histograms.size() > 0) {
        note_mixed_types(*call_.annotations, call_.metric_name(series.labels), call_.position);
      } else if (histograms.size() > 0) {
        if (auto done = histogram_step(series, step, histograms, out); !done) return done;
      } else if (floats.size() > 0) {
        float_step(series, step, floats, out);
      }
    }
    return {};
  }

  std::int64_t start_of(const RangeSeries& series, std::int64_t sample_ms) const {
    return kCounter && call_.use_start_timestamps ? StartTimes(series.start_times).at(sample_ms) : 0;
  }
  bool again(const RangeSeries& series, std::int64_t previous_ms, std::int64_t now_ms) {
    if (!kCounter || !call_.use_start_timestamps || series.start_times.empty()) return false;
    const std::int64_t previous_start = start_of(series, previous_ms), start = start_of(series, now_ms);
    if (start != 0 && start < previous_ms && start != previous_start && !overlap_warned_) {
      overlap_warned_ = true;
      call_.annotations->warn_counted("sample has start time that overlaps with previous sample timestamp for metric " +
                                          go_quoted(call_.metric_name(series.labels)), call_.position);
    }
    return started_again(previous_start, previous_ms, start, now_ms);
  }

  // The first sample's start lies inside the window: the counter was zero then.
  bool starts_inside(std::int64_t start_ms, std::int64_t first_ms, std::size_t step) const {
    return start_ms != 0 && call_.clock.start_ms(step) < start_ms && start_ms < first_ms;
  }

  void float_step(const RangeSeries& series, std::size_t step, SampleWindow w, RowSink& out) {
    const std::int64_t first_ms = series.timestamps_ms[w.begin], last_ms = series.timestamps_ms[w.end - 1];
    const std::int64_t start_ms = start_of(series, first_ms);
    const bool inside = starts_inside(start_ms, first_ms, step);
    if (w.size() < 2 && !inside) return;
    double result = series.values[w.end - 1] - series.values[w.begin];
    for (std::uint32_t i = w.begin + 1; kCounter && i < w.end; ++i)
      if (series.values[i] < series.values[i - 1] ||
          again(series, series.timestamps_ms[i - 1], series.timestamps_ms[i]))
        result += series.values[i - 1];
    Extrapolation e = extrapolation_of(first_ms, last_ms, w.size(), call_.clock.start_ms(step), call_.clock.end_ms(step));
    if (!inside) {
      out.set(step, result * factor(e, result, series.values[w.begin]));
      return;
    }
    e.to_start = 0;
    e.sampled = static_cast<double>(last_ms - start_ms) / 1000;
    result += series.values[w.begin];
    out.set(step, result * finish(e));
  }

  Result<void> histogram_step(const RangeSeries& series, std::size_t step, SampleWindow w, RowSink& out);

  const RangeCall& call_;
  const double range_seconds_;
  std::uint64_t timeline_ = 0;
  std::vector<Step> steps_;  // those with a result
  std::vector<std::uint64_t> present_;
  std::vector<std::uint32_t> resets_;
  bool overlap_warned_ = false;
};

template <Kind kind>
Result<void> RateKernel<kind>::histogram_step(const RangeSeries& series, std::size_t step, SampleWindow w,
                                              RowSink& out) {
  const auto points = series.histograms.subspan(w.begin, w.size());
  const std::int64_t first_ms = points.front().timestamp_ms, last_ms = points.back().timestamp_ms;
  const std::int64_t start_ms = start_of(series, first_ms);
  const bool inside = starts_inside(start_ms, first_ms, step);
  if (w.size() < 2 && !inside) return {};
  const auto restarted = [&](std::int64_t previous_ms, std::int64_t now_ms) {
    return again(series, previous_ms, now_ms);
  };
  auto increase = histogram_increase(points, kCounter, restarted, inside, call_, call_.metric_name(series.labels));
  if (!increase) return {};
  Histogram& total = *increase;
  Extrapolation e = extrapolation_of(first_ms, last_ms, w.size(), call_.clock.start_ms(step), call_.clock.end_ms(step));
  double by = 0;
  if (inside) {
    e.to_start = 0;
    e.sampled = static_cast<double>(last_ms - start_ms) / 1000;
    by = finish(e);
  } else {
    by = factor(e, total.count, points.front().histogram->count);
  }
  out.set(step, scaled(std::move(total), by));
  return {};
}

}  // namespace

std::span<const RangeFunction> rate_functions() {
  static const RangeFunction functions[] = {
      {"rate", &make_kernel<RateKernel<Kind::rate>>},
      {"increase", &make_kernel<RateKernel<Kind::increase>>},
      {"delta", &make_kernel<RateKernel<Kind::delta>>},
  };
  return functions;
}

}  // namespace sluice::promql
