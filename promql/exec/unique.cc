#include "promql/exec/unique.h"

#include "promql/exec/row_table.h"
#include "promql/value/failure.h"

namespace sluice::promql {

Result<bool> RefuseDuplicates::next(Batch& out) {
  const auto more = from_->next(out);
  if (!more || !*more) return more;
  for (std::size_t row = 0; row < out.rows(); ++row) {
    if (out.row_empty(row)) continue;
    bool added = false;
    seen_.find_or_add(context_.labels().visible_key(out.labels(row)), &added);
    if (!added) return duplicate_labels();
  }
  return true;
}

Result<void> MergeDuplicates::fill(Batch& table) {
  table.reset(steps_);
  RowTable rows(context_, table);
  Batch part;
  for (;;) {
    const auto more = from_->next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const std::size_t before = table.bytes();
    for (std::size_t row = 0; row < part.rows(); ++row) {
      if (part.row_empty(row)) continue;
      if (auto merged = rows.merge(part.labels(row), part, row); !merged) return merged;
    }
    if (auto held = context_.hold(part.sample_count(), table.bytes() - before); !held) return held;
  }
}

}  // namespace sluice::promql
