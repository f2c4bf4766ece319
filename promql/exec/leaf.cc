#include "promql/exec/leaf.h"

#include <utility>

namespace sluice::promql {

// What the answer could be made of are the samples of the windows over these rows; those inside were only read.
Result<bool> LeafOperator::next_block() {
  ReadStats& stats = context_.stats();
  const std::uint64_t queryable = stats.queryable_samples;
  std::vector<std::uint64_t> per_step = std::exchange(stats.queryable_per_step, {});
  const auto more = reader_->next(block_);
  stats.queryable_samples = queryable;
  stats.queryable_per_step = std::move(per_step);
  return more;
}

Result<bool> LeafOperator::next(Batch& out) {
  const auto more = next_block();
  if (!more) return more;
  if (*more) {
    if (auto done = worker_.evaluate(block_, out); !done) return tl::unexpected(done.error());
  }
  worker_.report(context_.annotations(), context_.stats());
  return *more;
}

}  // namespace sluice::promql
