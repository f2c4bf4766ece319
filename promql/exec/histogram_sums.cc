#include "promql/exec/histogram_sums.h"

#include "promql/value/failure.h"

namespace sluice::promql {

Result<void> HistogramSums::add(std::size_t, const Batch& batch, std::size_t row) {
  for (std::size_t step = 0; step < batch.steps(); ++step)
    if (batch.histogram(row, step) != nullptr) return not_supported("sum and avg of native histograms");
  return {};
}

Result<void> HistogramSums::finish(std::size_t, Batch&, std::size_t) { return {}; }

}  // namespace sluice::promql
