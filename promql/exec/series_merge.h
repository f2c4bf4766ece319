// promql/exec/series_merge.h
//
// Room: promql/exec. Whole series that have come to have equal labels: unary minus, label_replace, label_join and the
// end of delayed names merge them, and only samples of one kind collide then. A float and a histogram at one step stay,
// as a row and its companion (batch.h), for those who take whole series; who goes step by step sees FirstOfBoth.
#pragma once

#include <functional>
#include <vector>

#include "promql/exec/operator.h"
#include "promql/exec/row_table.h"

namespace sluice::promql {

class SeriesMerge {
 public:
  using Relabel = std::function<SeriesLabels(const SeriesLabels&)>;
  SeriesMerge(QueryContext& context, std::size_t steps);
  SeriesMerge(const SeriesMerge&) = delete;

  // Fails when two floats or two histograms meet at one step.
  Result<void> add(const SeriesLabels& labels, const Batch& from, std::size_t row);
  // Every row of `from` that has a sample, under the labels that `relabel` gives it.
  Result<void> add_all(VectorOperator& from, const Relabel& relabel);
  // Companions stand behind their rows.
  void hand_out(Batch& table);

 private:
  Result<void> meet(std::size_t to, const Batch& from, std::size_t row, std::size_t step);
  std::size_t companion_of(std::size_t row);

  QueryContext& context_;
  Batch rows_, companions_;
  RowTable table_;
  std::vector<std::size_t> companion_of_;  // by row; empty until the first companion
};

// Rows as they are, merged.
class MergeSeries final : public TableOperator {
 public:
  MergeSeries(QueryContext& context, VectorOperatorPtr from, std::size_t steps)
      : TableOperator(context), from_(std::move(from)), steps_(steps) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  const VectorOperatorPtr from_;
  const std::size_t steps_;
};

// What is left of companions step by step: the float is taken. Prometheus never gets past the histogram it has not
// taken, so that one and all later histograms of the series are lost.
class FirstOfBoth final : public RowTransform {
 public:
  using RowTransform::RowTransform;

 protected:
  void transform(Batch& rows) override;
};

}  // namespace sluice::promql
