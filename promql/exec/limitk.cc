// limitk: whoever comes first stays, so rows that lose at every step are forgotten at once.
#include <algorithm>
#include <numeric>

#include "promql/exec/ranking.h"

namespace sluice::promql {

LimitK::LimitK(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr)
    : RowPicker(std::move(call), std::move(from), expr) {
  kept_.reset(call_.grid.count);
}

Result<void> LimitK::fill(Batch& table) {
  table.reset(call_.grid.count);
  if (auto done = look_at_all(); !done) return done;
  const Batch kept = std::move(kept_);
  std::vector<std::size_t> order(kept.rows());
  std::iota(order.begin(), order.end(), 0);
  if (call_.grid.count == 1)  // an instant vector comes group by group
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return group_of_row_[a] < group_of_row_[b]; });
  for (const std::size_t row : order) table.append_row_of(kept, row);
  return {};
}

Result<void> LimitK::add(const Batch& batch) {
  const std::size_t bytes_before = kept_.bytes(), samples_before = kept_.sample_count();
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (batch.row_empty(row)) continue;
    bool added = false;
    const std::uint32_t group = groups_.find_or_add(chooser_.key(batch.labels(row)), &added);
    if (added) counts_.resize(counts_.size() + call_.grid.count);
    kept_.append_row_of(batch, row);
    const std::size_t copy = kept_.rows() - 1;
    for_each_bit(batch.present(row), batch.words(), [&](std::size_t step) {
      const double k = call_.parameter[step];
      std::uint64_t& count = counts_[group * call_.grid.count + step];
      if (k >= 1 && count < static_cast<std::uint64_t>(k))
        ++count;
      else
        kept_.erase(copy, step);
    });
    if (kept_.row_empty(copy))
      kept_.remove_last_row();
    else
      group_of_row_.push_back(group);
  }
  // Twice: the answer is a copy in another order.
  return context_.hold(kept_.sample_count() - samples_before, 2 * (kept_.bytes() - bytes_before));
}

}  // namespace sluice::promql
