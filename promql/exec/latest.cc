#include "promql/exec/latest.h"

#include "promql/func/reset.h"
#include "proto/model/sample.h"

namespace sluice::promql {
namespace {

enum class Wanted : std::uint8_t { sample, time, start, info };

template <Wanted wanted>
class Latest final : public RangeKernel {
 public:
  explicit Latest(const RangeCall&) {}

  Result<void> evaluate(const RangeSeries& series, RowSink& out) override {
    copied_from_ = nullptr;  // addresses repeat from series to series
    for (std::size_t step = 0; step < series.windows.size(); ++step) {
      const SampleWindow floats = series.windows[step], histograms = series.histogram_window(step);
      const bool newer_histogram =
          histograms.size() > 0 &&
          (floats.size() == 0 ||
           series.histograms[histograms.end - 1].timestamp_ms > series.timestamps_ms[floats.end - 1]);
      if (newer_histogram)
        put(series, series.histograms[histograms.end - 1], step, out);
      else if (floats.size() > 0)
        put(series, series.timestamps_ms[floats.end - 1], series.values[floats.end - 1], step, out);
    }
    return {};
  }

 private:
  static double other(const RangeSeries& series, std::int64_t ms) {
    if (wanted == Wanted::time || wanted == Wanted::info) return static_cast<double>(ms) / 1000;
    return static_cast<double>(StartTimes(series.start_times).at(ms)) / 1000;
  }
  static void put(const RangeSeries& series, std::int64_t ms, double value, std::size_t step, RowSink& out) {
    if (is_stale_nan(value)) return;
    out.set(step, wanted == Wanted::sample ? value : other(series, ms));
  }
  // Neighbouring steps often see the same sample: it is copied once.
  void put(const RangeSeries& series, const HistogramPoint& point, std::size_t step, RowSink& out) {
    if (is_stale_nan(point.histogram->sum)) return;
    if (wanted == Wanted::time || wanted == Wanted::start) return out.set(step, other(series, point.timestamp_ms));
    if (copied_from_ != point.histogram) {
      copied_from_ = point.histogram;
      copy_ = std::make_shared<const Histogram>(*point.histogram);
    }
    out.set(step, copy_);
  }

  const Histogram* copied_from_ = nullptr;
  HistogramPtr copy_;
};

}  // namespace

std::unique_ptr<RangeKernel> make_latest(const RangeCall& call) { return make_kernel<Latest<Wanted::sample>>(call); }
std::unique_ptr<RangeKernel> make_latest_time(const RangeCall& call) { return make_kernel<Latest<Wanted::time>>(call); }
std::unique_ptr<RangeKernel> make_latest_info(const RangeCall& call) { return make_kernel<Latest<Wanted::info>>(call); }
std::unique_ptr<RangeKernel> make_latest_start(const RangeCall& call) {
  return make_kernel<Latest<Wanted::start>>(call);
}

}  // namespace sluice::promql
