// promql/func/range_function.h
//
// Room: promql/func. Functions of a range vector: rate, sum_over_time, ... One kernel works through one series at a
// time, all steps at once; which samples belong to which step has been found already.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "promql/value/annotations.h"
#include "promql/value/batch.h"
#include "promql/value/grid.h"
#include "promql/value/label_set.h"
#include "proto/base/error.h"
#include "proto/model/series_source.h"

namespace sluice::promql {

// The samples [begin, end) of a series that lie in one window.
struct SampleWindow {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t size() const { return end - begin; }
};

// The window of step i is (start_ms(i), end_ms(i)].
struct WindowClock {
  std::int64_t first_end_ms = 0;
  std::int64_t step_ms = 0;  // 0 under `@`: every step looks at the same window
  std::int64_t range_ms = 0;
  std::int64_t end_ms(std::size_t step) const { return first_end_ms + static_cast<std::int64_t>(step) * step_ms; }
  std::int64_t start_ms(std::size_t step) const { return end_ms(step) - range_ms; }
  friend bool operator==(const WindowClock&, const WindowClock&) = default;
};

// One series without stale markers, and one window per step.
struct RangeSeries {
  std::span<const std::int64_t> timestamps_ms;
  const double* values = nullptr;
  std::span<const SampleWindow> windows;
  std::uint64_t timeline = 0;  // equal to the series before: same timestamps, same windows
  bool constant = false;       // all values are the same bits
  std::span<const HistogramPoint> histograms;
  std::span<const SampleWindow> histogram_windows;  // empty when there are no histograms
  std::span<const StartTimestamp> start_times;      // of floats and histograms
  SeriesLabels labels;

  bool has_histograms() const { return !histograms.empty(); }
  SampleWindow histogram_window(std::size_t step) const {
    return histogram_windows.empty() ? SampleWindow{} : histogram_windows[step];
  }
};

// Where a kernel writes: one row of a batch.
struct RowSink {
  Batch& batch;
  std::size_t row;
  double* values() { return batch.values(row); }
  std::uint64_t* present() { return batch.present(row); }
  void set(std::size_t step, double value) { batch.set_float(row, step, value); }
  void set(std::size_t step, HistogramPtr histogram) { batch.set_histogram(row, step, std::move(histogram)); }
};

// `m[5m] anchored`, `m[5m] smoothed`: what stands at the ends of the window.
enum class Edge : std::uint8_t { none, anchored, smoothed };

// What a call site knows before it has seen a series.
struct RangeCall {
  WindowClock clock;          // of what is read
  Edge edge = Edge::none;     // other than none: more is read than the range that was asked for, which is
  std::int64_t range_ms = 0;  //   (end - ahead - range, end - ahead] with end by the clock
  std::int64_t ahead_ms = 0;
  StepGrid grid;
  std::vector<std::vector<double>> scalars;  // the scalar arguments in order, one value per step
  std::vector<std::int32_t> scalar_positions;
  std::int32_t position = 0;  // of the range argument, for annotations
  bool use_start_timestamps = false;
  bool delayed_names = false;  // names that a subquery's expression has dropped are there until the end
  const QuerySymbols* symbols = nullptr;
  Annotations* annotations = nullptr;  // of the thread that runs the kernel

  std::string metric_name(const SeriesLabels& labels) const;
};

// Not thread-safe: one per thread. Keeps what it has worked out about a timeline from series to series.
class RangeKernel {
 public:
  virtual ~RangeKernel() = default;
  virtual Result<void> evaluate(const RangeSeries& series, RowSink& out) = 0;
};

struct RangeFunction {
  std::string_view name;
  std::unique_ptr<RangeKernel> (*make)(const RangeCall& call);  // `call` outlives the kernel
  bool keeps_name = false;
};

const RangeFunction* find_range_function(std::string_view name);  // nullptr: no such function

// A kernel out of a function of one window; most functions need no more.
struct WindowView {
  std::span<const std::int64_t> timestamps_ms;
  std::span<const double> values;
  std::span<const HistogramPoint> histograms;
  const RangeSeries& series;
  std::size_t step;
};

template <class Function>
class WindowKernel final : public RangeKernel {
 public:
  explicit WindowKernel(const RangeCall& call) : call_(call), function_(call) {}
  Result<void> evaluate(const RangeSeries& series, RowSink& out) override {
    for (std::size_t step = 0; step < series.windows.size(); ++step) {
      const SampleWindow floats = series.windows[step], histograms = series.histogram_window(step);
      if (floats.size() == 0 && histograms.size() == 0) continue;
      const WindowView view{series.timestamps_ms.subspan(floats.begin, floats.size()),
                            {series.values + floats.begin, floats.size()},
                            series.histograms.subspan(histograms.begin, histograms.size()),
                            series,
                            step};
      if (auto done = function_(view, out); !done) return done;
    }
    return {};
  }

 private:
  const RangeCall& call_;
  Function function_;
};

template <class Kernel>
std::unique_ptr<RangeKernel> make_kernel(const RangeCall& call) {
  return std::make_unique<Kernel>(call);
}
template <class Function>
RangeFunction window_function(std::string_view name, bool keeps_name = false) {
  return {name, &make_kernel<WindowKernel<Function>>, keeps_name};
}

}  // namespace sluice::promql
