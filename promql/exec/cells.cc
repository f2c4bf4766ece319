#include "promql/exec/cells.h"

namespace sluice::promql {

const std::uint64_t* float_bits(const Batch& batch, std::size_t row, std::vector<std::uint64_t>& scratch) {
  if (!batch.has_histograms()) return batch.present(row);
  scratch.assign(batch.present(row), batch.present(row) + batch.words());
  for_each_bit(batch.present(row), batch.words(), [&](std::size_t step) {
    if (batch.histogram(row, step) != nullptr) clear_bit(scratch.data(), step);
  });
  return scratch.data();
}

}  // namespace sluice::promql
