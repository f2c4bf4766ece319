#include "promql/exec/window_worker.h"

#include <algorithm>
#include <string_view>

#include "promql/histogram/float_histogram.h"
#include "proto/model/sample.h"

namespace sluice::promql {
namespace {

constexpr std::uint64_t kWorkBetweenPolls = 1 << 20;  // a few milliseconds; blocks are polled for anyway

bool any_stale(const SeriesSamples& samples) {
  if (!samples.has_stale) return false;
  const std::size_t count = samples.timestamps_ms.size();
  return std::any_of(samples.values, samples.values + count, is_stale_nan);
}

bool stale(const HistogramPoint& point) { return is_stale_nan(point.histogram->sum); }

}  // namespace

WindowWorker::WindowWorker(const WindowSpec& spec, const QueryContext& context)
    : spec_(spec),
      context_(context),
      call_(spec.call),
      floats_(call_.clock, call_.grid.count),
      histograms_(call_.clock, call_.grid.count) {
  call_.annotations = &annotations_;
  kernel_ = spec.make(call_);
}

Result<void> WindowWorker::evaluate(const SampleBlock& block, Batch& out) {
  out.reset(call_.grid.count);
  floats_.new_block();
  for (std::size_t i = 0; i < block.series.size(); ++i) {
    const SeriesSamples& samples = block.series[i];
    if (samples.timestamps_ms.empty() && samples.histograms.empty()) continue;
    if (spec_.from_storage && !spec_.one_sample_each)
      stats_.samples_read += samples.timestamps_ms.size() + samples.histograms.size();
    if (auto done = evaluate_series(samples, block.labels[i], out); !done) return done;
  }
  return {};
}

Result<void> WindowWorker::evaluate_series(const SeriesSamples& samples, const SeriesLabels& labels, Batch& out) {
  RangeSeries series;
  series.timestamps_ms = samples.timestamps_ms;
  series.values = samples.values;
  series.constant = samples.constant;
  series.histograms = samples.histograms;
  series.start_times = samples.start_times;
  series.labels = labels;
  if (spec_.strip_stale && (any_stale(samples) || !samples.histograms.empty())) {
    strip(series);
    floats_.new_block();  // the scratch is at the same address with other contents
  }
  if (spec_.counts_only && !series.histograms.empty()) reduce_to_counts(series);
  const FoundWindows found = floats_.find(series.timestamps_ms);
  series.windows = found.windows;
  series.timeline = found.timeline;
  std::uint64_t in_windows = found.samples;
  if (!series.histograms.empty()) {
    histogram_times_.clear();
    for (const HistogramPoint& p : series.histograms) histogram_times_.push_back(p.timestamp_ms);
    histograms_.new_block();
    const FoundWindows points = histograms_.find(histogram_times_);
    series.histogram_windows = points.windows;
    in_windows += points.samples;
  }
  if (!spec_.one_sample_each) count(series, found.samples);
  if ((work_since_poll_ += in_windows) >= kWorkBetweenPolls) {
    work_since_poll_ = 0;
    if (auto alive = context_.poll(); !alive) return alive;
  }
  const std::size_t row = out.add_row({labels.view, join(labels.drop, spec_.drop)});
  RowSink sink{out, row};
  if (auto done = kernel_->evaluate(series, sink); !done) return done;
  if (spec_.one_sample_each) count_taken(out, row);
  if (out.row_empty(row)) {
    out.remove_last_row();
  } else if (spec_.expects_counter_name) {
    check_counter_name(labels, out, row);
  }
  return {};
}

void WindowWorker::strip(RangeSeries& series) {
  times_.clear();
  values_.clear();
  points_.clear();
  for (std::size_t i = 0; i < series.timestamps_ms.size(); ++i) {
    if (is_stale_nan(series.values[i])) continue;
    times_.push_back(series.timestamps_ms[i]);
    values_.push_back(series.values[i]);
  }
  std::copy_if(series.histograms.begin(), series.histograms.end(), std::back_inserter(points_),
               [](const HistogramPoint& p) { return !stale(p); });
  series.timestamps_ms = times_;
  series.values = values_.data();
  series.histograms = points_;
}

// An unknown hint becomes what the sample before it tells; of the first sample nobody knows.
void WindowWorker::reduce_to_counts(RangeSeries& series) {
  counts_.clear();
  counts_.reserve(series.histograms.size());
  count_points_.clear();
  const Histogram* previous = nullptr;
  for (const HistogramPoint& point : series.histograms) {
    const Histogram& full = *point.histogram;
    Histogram& reduced = counts_.emplace_back();
    reduced.schema = full.schema;
    reduced.hint = full.hint;
    reduced.count = full.count;
    reduced.sum = full.sum;
    if (stale(point)) {
      previous = nullptr;
    } else {
      if (previous != nullptr && full.hint == CounterResetHint::unknown)
        reduced.hint = counter_reset(full, *previous) ? CounterResetHint::reset : CounterResetHint::not_reset;
      previous = &full;
    }
    count_points_.push_back({point.timestamp_ms, &reduced});
  }
  series.histograms = count_points_;
}

void WindowWorker::count(const RangeSeries& series, std::uint64_t floats_in_windows) {
  stats_.queryable_samples += floats_in_windows;
  weights_.assign(1, 0);
  for (const HistogramPoint& point : series.histograms)
    weights_.push_back(weights_.back() + weight_of(*point.histogram));
  const auto of_histograms = [&](std::size_t step) {
    const SampleWindow window = series.histogram_window(step);
    return weights_[window.end] - weights_[window.begin];
  };
  if (series.has_histograms())
    for (std::size_t step = 0; step < series.windows.size(); ++step) stats_.queryable_samples += of_histograms(step);
  if (!spec_.per_step_stats) return;
  stats_.queryable_per_step.resize(series.windows.size());
  for (std::size_t step = 0; step < series.windows.size(); ++step)
    stats_.queryable_per_step[step] += series.windows[step].size() + of_histograms(step);
}

void WindowWorker::count_taken(const Batch& out, std::size_t row) {
  std::uint64_t taken = 0;
  if (spec_.per_step_stats) stats_.queryable_per_step.resize(out.steps());
  for_each_bit(out.present(row), out.words(), [&](std::size_t step) {
    const Histogram* histogram = out.histogram(row, step);
    const std::uint64_t weight = histogram == nullptr ? 1 : weight_of(*histogram);
    taken += weight;
    if (spec_.per_step_stats) stats_.queryable_per_step[step] += weight;
  });
  stats_.queryable_samples += taken;
  stats_.samples_read += taken;
}

bool WindowWorker::known_counter(const LabelsView& labels) {
  if (labels.count == 0) return false;
  if (labels.names == checked_names_ && labels.values[checked_column_] == checked_value_) return true;
  for (std::uint32_t i = 0; i < labels.count; ++i) {
    if (call_.symbols->text(labels.names[i]) != kMetricName) continue;
    const std::string_view name = call_.symbols->text(labels.values[i]);
    for (const std::string_view suffix : {"_total", "_sum", "_count", "_bucket"}) {
      if (!name.ends_with(suffix)) continue;
      checked_names_ = labels.names;
      checked_column_ = i;
      checked_value_ = labels.values[i];
      return true;
    }
  }
  return false;
}

void WindowWorker::check_counter_name(const SeriesLabels& labels, const Batch& out, std::size_t row) {
  if (known_counter(labels.view)) return;
  const std::string name = call_.metric_name(labels);
  if (name.empty()) return;
  bool any_float = !out.has_histograms();
  for (std::size_t step = 0; !any_float && step < out.steps(); ++step)
    any_float = out.has(row, step) && out.histogram(row, step) == nullptr;
  if (any_float)
    annotations_.info(
        "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: " + go_quoted(name),
        call_.position);
}

void WindowWorker::report(Annotations& annotations, ReadStats& stats) {
  annotations.merge(annotations_);
  stats.merge(stats_);
  annotations_ = {};
  stats_ = {};
}

}  // namespace sluice::promql
