// promql/exec/window_worker.h
//
// Room: promql/exec. Blocks of raw series to rows: strips stale markers, finds windows, runs a kernel. One per thread.
#pragma once

#include <memory>
#include <vector>

#include "promql/exec/samples.h"
#include "promql/exec/windows.h"
#include "promql/func/range_function.h"

namespace sluice::promql {

struct WindowSpec {
  RangeCall call;  // `annotations` is replaced by the worker's own
  std::unique_ptr<RangeKernel> (*make)(const RangeCall& call) = nullptr;
  Drop drop = Drop::none;
  bool strip_stale = true;          // instant selectors want to see the markers
  bool expects_counter_name = false;  // rate, increase: says so when the metric's name is not a counter's
  bool from_storage = true;        // samples of a subquery have been counted when they were read
  bool one_sample_each = false;    // an instant selector: what is counted is the sample it takes, not its lookback
  bool counts_only = false;  // histograms lose their buckets; their hints are worked out here
  bool per_step_stats = false;
};

class WindowWorker {
 public:
  WindowWorker(const WindowSpec& spec, const QueryContext& context);
  WindowWorker(const WindowWorker&) = delete;
  WindowWorker& operator=(const WindowWorker&) = delete;

  // Rows without any sample are left out.
  Result<void> evaluate(const SampleBlock& block, Batch& out);
  // Hands over what has gathered since the last call.
  void report(Annotations& annotations, ReadStats& stats);

 private:
  Result<void> evaluate_series(const SeriesSamples& samples, const SeriesLabels& labels, Batch& out);
  void strip(RangeSeries& series);
  void reduce_to_counts(RangeSeries& series);
  void count(const RangeSeries& series, std::uint64_t floats_in_windows);
  void count_taken(const Batch& out, std::size_t row);
  bool known_counter(const LabelsView& labels);
  void check_counter_name(const SeriesLabels& labels, const Batch& out, std::size_t row);

  const WindowSpec& spec_;
  const QueryContext& context_;
  std::uint64_t work_since_poll_ = 0;  // samples in windows
  RangeCall call_;
  Annotations annotations_;
  ReadStats stats_;
  std::unique_ptr<RangeKernel> kernel_;
  WindowFinder floats_, histograms_;
  // The name last found good as a counter's: series of one metric come in a row.
  const SymbolId* checked_names_ = nullptr;
  std::uint32_t checked_column_ = 0;
  SymbolId checked_value_;
  std::vector<std::int64_t> times_, histogram_times_;
  std::vector<double> values_;
  std::vector<HistogramPoint> points_;
  std::vector<HistogramPoint> count_points_;
  std::vector<Histogram> counts_;
  std::vector<std::uint64_t> weights_;  // of the histograms before each
};

}  // namespace sluice::promql
