// promql/exec/row_table.h
//
// Room: promql/exec. Rows with different labels each: what a step-by-step evaluation would have merged into one series.
#pragma once

#include <functional>

#include "promql/exec/operator.h"

namespace sluice::promql {

class RowTable {
 public:
  RowTable(QueryContext& context, Batch& rows) : context_(context), rows_(rows) {}

  // The row with the same visible labels, made when there is none.
  std::size_t row_of(const SeriesLabels& labels);
  // Copies the cells of a row into the row with these labels. Fails when both have a sample at one step.
  Result<void> merge(const SeriesLabels& labels, const Batch& from, std::size_t row);
  // Merges every row of `from` that has a sample, under the labels that `relabel` gives it.
  Result<void> merge_all(VectorOperator& from, const std::function<SeriesLabels(const SeriesLabels&)>& relabel);
  Batch& rows() { return rows_; }

 private:
  QueryContext& context_;
  Batch& rows_;
  KeyTable keys_;
};

}  // namespace sluice::promql
