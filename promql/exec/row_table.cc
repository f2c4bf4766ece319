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

}  // namespace sluice::promql
