// promql/exec/histogram_sums.h
//
// Room: promql/exec. The histograms of sum and avg, beside the floats. Costs nothing until the first histogram comes.
#pragma once


#include "promql/exec/aggregate.h"

namespace sluice::promql {

class HistogramSums {
 public:
  explicit HistogramSums(const AggregationCall& call) : call_(call) {}
  Result<void> add(std::size_t group, const Batch& batch, std::size_t row);
  // Writes the group's histograms into the row, whose floats are there already: a cell that had both is dropped.
  Result<void> finish(std::size_t group, Batch& out, std::size_t row);
  std::size_t bytes() const { return 0; }

 private:
  const AggregationCall& call_;
};

}  // namespace sluice::promql
