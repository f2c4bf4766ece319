// promql/exec/samples.h
//
// Room: promql/exec. Raw series for those who look through windows: from storage, or from a subquery.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "promql/exec/operator.h"
#include "promql/plan/plan.h"
#include "proto/model/series_source.h"

namespace sluice::promql {

struct SampleBlock {
  std::vector<SeriesLabels> labels;
  std::span<const SeriesSamples> series;  // one per label set; valid until the next read
};

class SampleReader {
 public:
  virtual ~SampleReader() = default;
  virtual Result<bool> next(SampleBlock& out) = 0;  // false: no more
};

// Series of a set, some at a time. Not thread-safe; several readers may share one set.
class SetReader final : public SampleReader {
 public:
  SetReader(QueryContext& context, const SeriesSet& set, std::size_t steps)
      : context_(context), set_(set), block_series_(context.batch_series(steps)) {}
  Result<bool> next(SampleBlock& out) override;
  // Series [first, first + count); for those who divide the work themselves.
  Result<void> read(std::size_t first, std::size_t count, SampleBlock& out);

 private:
  QueryContext& context_;
  const SeriesSet& set_;
  const std::size_t block_series_;
  SeriesBatch batch_;
  std::size_t next_ = 0;
};

// The rows of an inner expression as series.
class SubqueryReader final : public SampleReader {
 public:
  SubqueryReader(QueryContext& context, VectorOperatorPtr inner, const StepGrid& grid);
  Result<bool> next(SampleBlock& out) override;

 private:
  void add_row(std::size_t row);
  const Histogram* without_hint(const Histogram* histogram);

  QueryContext& context_;
  VectorOperatorPtr inner_;
  std::vector<std::int64_t> times_;  // of all inner steps
  Batch batch_;
  std::vector<SeriesSamples> series_;
  // Of rows that are not floats at every step; one vector per row, so that growing moves nothing.
  std::vector<std::vector<std::int64_t>> row_times_;
  std::vector<std::vector<double>> row_values_;
  std::vector<std::vector<HistogramPoint>> row_histograms_;
  std::vector<HistogramPtr> rehinted_;
};

// The steps at which a subquery evaluates its inner expression: multiples of its step, absolute, left-open.
// count 0: no step lies in the range.
StepGrid subquery_grid(const LookTimes& times, const StepGrid& outer);

}  // namespace sluice::promql
