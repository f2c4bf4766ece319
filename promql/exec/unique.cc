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
  return RowTable(context_, table).merge_all(*from_, [](const SeriesLabels& labels) { return labels; });
}

}  // namespace sluice::promql
