#include "promql/exec/once.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "promql/value/failure.h"

namespace sluice::promql {

// Every step could be made of the samples of the first; they were read once.
Result<bool> Repeat::next_single() {
  ReadStats& stats = context_.stats();
  const std::uint64_t before = stats.queryable_samples;
  std::vector<std::uint64_t> per_step = std::exchange(stats.queryable_per_step, {});
  const auto more = from_->next(single_);
  const std::uint64_t of_a_step = stats.queryable_samples - before;
  stats.queryable_samples += of_a_step * (steps_ - 1);
  stats.queryable_per_step = std::move(per_step);
  if (!context_.options().per_step_stats) return more;
  stats.queryable_per_step.resize(std::max(steps_, stats.queryable_per_step.size()));
  for (std::size_t step = 0; step < steps_; ++step) stats.queryable_per_step[step] += of_a_step;
  return more;
}

Result<bool> Repeat::next(Batch& out) {
  const auto more = next_single();
  if (!more || !*more) return more;
  out.reset(steps_);
  for (std::size_t row = 0; row < single_.rows(); ++row) {
    if (!single_.has(row, 0)) continue;
    if (single_.labels(row).companion) return evaluation_failed("unexpected number of samples");
    const std::size_t to = out.add_row(single_.labels(row));
    if (single_.histogram(row, 0) != nullptr) {
      for (std::size_t step = 0; step < steps_; ++step) out.set_histogram(to, step, single_.histogram_ptr(row, 0));
    } else {
      std::fill_n(out.values(to), steps_, single_.values(row)[0]);
      set_all_bits(out.present(to), steps_);
    }
  }
  return true;
}

}  // namespace sluice::promql
