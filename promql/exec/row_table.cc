#include "promql/exec/row_table.h"

#include <algorithm>

#include "promql/value/failure.h"

namespace sluice::promql {

std::size_t RowTable::row_of(const SeriesLabels& labels) {
  bool added = false;
  const std::uint32_t row = keys_.find_or_add(context_.labels().visible_key(labels), &added);
  if (added) rows_.add_row(labels);
  return row;
}

Result<void> RowTable::merge(const SeriesLabels& labels, const Batch& from, std::size_t row) {
  const std::size_t to = row_of(labels);
  for (std::size_t w = 0; w < from.words(); ++w)
    if ((from.present(row)[w] & rows_.present(to)[w]) != 0) return duplicate_labels();
  for_each_bit(from.present(row), from.words(), [&](std::size_t step) { rows_.copy_cell(to, step, from, row, step); });
  return {};
}

Result<void> RowTable::merge_all(VectorOperator& from,
                                 const std::function<SeriesLabels(const SeriesLabels&)>& relabel) {
  Batch part;
  for (;;) {
    const auto more = from.next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const std::size_t before = rows_.bytes();
    for (std::size_t row = 0; row < part.rows(); ++row) {
      if (part.row_empty(row)) continue;
      if (auto merged = merge(relabel(part.labels(row)), part, row); !merged) return merged;
    }
    if (auto held = context_.hold(part.sample_count(), rows_.bytes() - before); !held) return held;
  }
}

}  // namespace sluice::promql
