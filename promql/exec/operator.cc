#include "promql/exec/operator.h"

namespace sluice::promql {

Result<void> collect(VectorOperator& from, QueryContext& context, Batch& all, std::size_t steps) {
  all.reset(steps);
  Batch part;
  for (;;) {
    const auto more = from.next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const std::size_t bytes_before = all.bytes();
    for (std::size_t row = 0; row < part.rows(); ++row)
      if (!part.row_empty(row)) all.append_row_of(part, row);
    if (auto held = context.hold(part.sample_count(), all.bytes() - bytes_before); !held) return held;
  }
}

Result<bool> RowTransform::next(Batch& out) {
  const auto more = from_->next(out);
  if (more && *more) transform(out);
  return more;
}

bool RowTransform::push_to(RowTaker& taker) {
  taker_ = &taker;
  return from_->push_to(*this);
}

Result<void> RowTransform::take(Batch& rows) {
  transform(rows);
  return taker_->take(rows);
}

Result<bool> TableOperator::next(Batch& out) {
  if (filled_) return false;
  filled_ = true;
  if (auto done = fill(out); !done) return tl::unexpected(done.error());
  return true;
}

}  // namespace sluice::promql
