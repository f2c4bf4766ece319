#include "promql/exec/series_merge.h"

#include <algorithm>
#include <limits>

#include "promql/value/failure.h"

namespace sluice::promql {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

void erase_histograms_after(Batch& rows, std::size_t row, std::size_t after) {
  for (std::size_t step = after + 1; step < rows.steps(); ++step)
    if (rows.histogram(row, step) != nullptr) rows.erase(row, step);
}

}  // namespace

SeriesMerge::SeriesMerge(QueryContext& context, std::size_t steps) : context_(context), table_(context, rows_) {
  rows_.reset(steps);
  companions_.reset(steps);
}

Result<void> SeriesMerge::add(const SeriesLabels& labels, const Batch& from, std::size_t row) {
  const std::size_t to = table_.row_of({labels.view, labels.drop});
  Result<void> done;
  for_each_bit(from.present(row), from.words(), [&](std::size_t step) {
    if (!rows_.has(to, step))
      rows_.copy_cell(to, step, from, row, step);
    else if (done)
      done = meet(to, from, row, step);
  });
  return done;
}

// The float stays in the row, the histogram goes to its companion.
Result<void> SeriesMerge::meet(std::size_t to, const Batch& from, std::size_t row, std::size_t step) {
  const bool was_histogram = rows_.histogram(to, step) != nullptr;
  if (was_histogram == (from.histogram(row, step) != nullptr)) return duplicate_labels();
  const std::size_t companion = companion_of(to);
  if (companions_.has(companion, step)) return duplicate_labels();
  companions_.set_histogram(companion, step,
                            (was_histogram ? rows_ : from).histogram_ptr(was_histogram ? to : row, step));
  if (was_histogram) rows_.copy_cell(to, step, from, row, step);
  return {};
}

std::size_t SeriesMerge::companion_of(std::size_t row) {
  if (row >= companion_of_.size()) companion_of_.resize(rows_.rows(), kNone);
  if (companion_of_[row] == kNone) {
    SeriesLabels labels = rows_.labels(row);
    labels.companion = true;
    companion_of_[row] = companions_.add_row(labels);
  }
  return companion_of_[row];
}

Result<void> SeriesMerge::add_all(VectorOperator& from, const Relabel& relabel) {
  Batch part;
  for (;;) {
    const auto more = from.next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const std::size_t before = rows_.bytes() + companions_.bytes();
    for (std::size_t row = 0; row < part.rows(); ++row) {
      if (part.row_empty(row)) continue;
      if (auto added = add(relabel(part.labels(row)), part, row); !added) return added;
    }
    const std::size_t bytes = rows_.bytes() + companions_.bytes() - before;
    if (auto held = context_.hold(part.sample_count(), bytes); !held) return held;
  }
}

void SeriesMerge::hand_out(Batch& table) {
  if (companions_.empty()) {
    table = std::move(rows_);
    return;
  }
  table.reset(rows_.steps());
  companion_of_.resize(rows_.rows(), kNone);
  for (std::size_t row = 0; row < rows_.rows(); ++row) {
    table.append_row_of(rows_, row);
    if (companion_of_[row] != kNone) table.append_row_of(companions_, companion_of_[row]);
  }
}

Result<void> MergeSeries::fill(Batch& table) {
  SeriesMerge merge(context_, steps_);
  if (auto done = merge.add_all(*from_, [](const SeriesLabels& labels) { return labels; }); !done) return done;
  merge.hand_out(table);
  return {};
}

void FirstOfBoth::transform(Batch& rows) {
  if (!rows.has_companions()) return;
  Batch first;
  first.reset(rows.steps());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (!rows.labels(row).companion) {
      first.append_row_of(rows, row);
      continue;
    }
    std::size_t met = rows.steps();
    for_each_bit(rows.present(row), rows.words(), [&](std::size_t step) { met = std::min(met, step); });
    erase_histograms_after(first, first.rows() - 1, met);
  }
  rows = std::move(first);
}

}  // namespace sluice::promql
