#include "promql/exec/set_operators.h"

#include "promql/exec/row_table.h"

namespace sluice::promql {
namespace {

using Bits = std::vector<std::uint64_t>;

// For each group, the steps at which any of these rows has a sample.
std::vector<Bits> presence(const MatchGroups& groups, const Batch& rows, bool left) {
  std::vector<Bits> bits(groups.size(), Bits(rows.words()));
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    Bits& group = bits[left ? groups.group_of_left(row) : groups.group_of_right(row)];
    for (std::size_t w = 0; w < rows.words(); ++w) group[w] |= rows.present(row)[w];
  }
  return bits;
}

// Adds the cells of a row at the steps where `mask` says `when`. Equal labels meet again in one row.
Result<void> add_masked(RowTable& table, const Batch& from, std::size_t row, const Bits& mask, bool when) {
  Batch masked;
  masked.reset(from.steps());
  masked.append_row_of(from, row);
  for (std::size_t w = 0; w < from.words(); ++w) masked.present(0)[w] &= when ? mask[w] : ~mask[w];
  if (masked.row_empty(0)) return {};
  return table.merge(masked.labels(0), masked, 0);
}

}  // namespace

Result<void> SetOperator::fill(Batch& table) {
  Batch left, right;
  if (auto done = collect(*left_, context_, left, steps_); !done) return done;
  if (auto done = collect(*right_, context_, right, steps_); !done) return done;
  LabelChooser signature = signature_chooser(context_, matching_);
  const MatchGroups groups(signature, left, right);
  table.reset(steps_);
  RowTable rows(context_, table);
  const Bits everywhere(words_for(steps_), ~std::uint64_t{0});
  const std::vector<Bits> on_right = op_ == BinaryOp::lor ? std::vector<Bits>{} : presence(groups, right, false);
  for (std::size_t row = 0; row < left.rows(); ++row) {
    const Bits& mask = op_ == BinaryOp::lor ? everywhere : on_right[groups.group_of_left(row)];
    if (auto done = add_masked(rows, left, row, mask, op_ != BinaryOp::lunless); !done) return done;
  }
  if (op_ == BinaryOp::lor) {
    const std::vector<Bits> on_left = presence(groups, left, true);
    for (std::size_t row = 0; row < right.rows(); ++row)
      if (auto done = add_masked(rows, right, row, on_left[groups.group_of_right(row)], false); !done) return done;
  }
  return context_.hold(table.sample_count(), table.bytes());
}

}  // namespace sluice::promql
