#include "promql/exec/samples.h"

#include <algorithm>

namespace sluice::promql {

Result<bool> SetReader::next(SampleBlock& out) {
  if (next_ >= set_.size()) return false;
  const std::size_t count = std::min(block_series_, set_.size() - next_);
  if (auto done = read(next_, count, out); !done) return tl::unexpected(done.error());
  next_ += count;
  return true;
}

Result<void> SetReader::read(std::size_t first, std::size_t count, SampleBlock& out) {
  if (auto alive = context_.poll(); !alive) return alive;
  if (auto done = set_.read(first, count, batch_); !done)
    return fail(done.error().code(), "expanding series: " + done.error().detail());
  out.labels.clear();
  for (std::size_t i = first; i < first + count; ++i) out.labels.push_back({set_.labels(i), Drop::none});
  out.series = batch_.series;
  return {};
}

SubqueryReader::SubqueryReader(QueryContext& context, VectorOperatorPtr inner, const StepGrid& grid)
    : context_(context), inner_(std::move(inner)) {
  times_.reserve(grid.count);
  for (std::size_t i = 0; i < grid.count; ++i) times_.push_back(grid.at(i));
}

Result<bool> SubqueryReader::next(SampleBlock& out) {
  if (auto alive = context_.poll(); !alive) return tl::unexpected(alive.error());
  const auto more = inner_->next(batch_);
  if (!more || !*more) return more;
  series_.clear();
  row_times_.clear();
  row_values_.clear();
  row_histograms_.clear();
  rehinted_.clear();
  out.labels.clear();
  for (std::size_t row = 0; row < batch_.rows(); ++row) {
    if (batch_.labels(row).companion) continue;  // read with the row before
    out.labels.push_back(batch_.labels(row));
    add_row(row);
  }
  out.series = series_;
  return true;
}

// What the inner steps lie apart says nothing about resets between them.
const Histogram* SubqueryReader::without_hint(const Histogram* histogram) {
  if (histogram->hint != CounterResetHint::reset && histogram->hint != CounterResetHint::not_reset) return histogram;
  auto unknown = std::make_shared<Histogram>(*histogram);
  unknown->hint = CounterResetHint::unknown;
  return rehinted_.emplace_back(std::move(unknown)).get();
}

void SubqueryReader::add_row(std::size_t row) {
  SeriesSamples samples;
  samples.has_stale = false;
  if (!batch_.has_histograms() && all_bits(batch_.present(row), batch_.steps())) {
    samples.timestamps_ms = times_;
    samples.values = batch_.values(row);
    series_.push_back(samples);
    return;
  }
  auto& times = row_times_.emplace_back();
  auto& values = row_values_.emplace_back();
  auto& histograms = row_histograms_.emplace_back();
  const bool has_companion = row + 1 < batch_.rows() && batch_.labels(row + 1).companion;
  for_each_bit(batch_.present(row), batch_.words(), [&](std::size_t step) {
    const Histogram* histogram = batch_.histogram(row, step);
    if (histogram == nullptr) {
      times.push_back(times_[step]);
      values.push_back(batch_.values(row)[step]);
      if (has_companion) histogram = batch_.histogram(row + 1, step);
    }
    if (histogram != nullptr) histograms.push_back({times_[step], without_hint(histogram)});
  });
  samples.timestamps_ms = times;
  samples.values = values.data();
  samples.histograms = histograms;
  series_.push_back(samples);
}

StepGrid subquery_grid(const LookTimes& times, const StepGrid& outer) {
  const std::int64_t after = times.reference(outer.start_ms) - times.range_ms;
  const std::int64_t last = times.at_ms ? times.reference(0) : outer.end_ms() - times.offset_ms;
  const std::int64_t step = times.step_ms;
  std::int64_t first = after / step * step;
  if (first <= after) first += step;
  if (first > last) return {first, step, 0};
  return {first, step, static_cast<std::size_t>((last - first) / step) + 1, (last - first) % step};
}

}  // namespace sluice::promql
