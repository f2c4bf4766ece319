#include "promql/exec/leaf.h"

namespace sluice::promql {

Result<bool> LeafOperator::next(Batch& out) {
  const auto more = reader_->next(block_);
  if (!more) return more;
  if (*more) {
    if (auto done = worker_.evaluate(block_, out); !done) return tl::unexpected(done.error());
  }
  worker_.report(context_.annotations(), context_.stats());
  return *more;
}

}  // namespace sluice::promql
