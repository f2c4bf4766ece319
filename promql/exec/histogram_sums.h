// promql/exec/histogram_sums.h
//
// Room: promql/exec. The histograms of sum and avg, beside the floats. Costs nothing until the first histogram comes.
#pragma once

#include <unordered_map>

#include "promql/exec/aggregate.h"
#include "promql/func/histogram_notes.h"
#include "promql/value/label_set.h"

namespace sluice::promql {

// `Total` is a HistogramSum or a HistogramAverage.
template <class Total>
class HistogramTotals {
 public:
  explicit HistogramTotals(const AggregationCall& call) : call_(call) {}

  // `floats`: the steps at which the group has a float already. It is lost there, and what is wrong among its
  // histograms is no longer told.
  void add(std::size_t group, const Batch& batch, std::size_t row, const std::uint64_t* floats) {
    for_each_bit(batch.present(row), batch.words(), [&](std::size_t step) {
      if (const Histogram* histogram = batch.histogram(row, step))
        add_cell(group * call_.grid.count + step, *histogram, batch.labels(row), test_bit(floats, step));
    });
  }

  // Writes the group's histograms into the row, whose floats are there already: a cell that had both is dropped.
  void finish(std::size_t group, Batch& out, std::size_t row) {
    if (cells_.empty()) return;
    for (std::size_t step = 0; step < call_.grid.count; ++step) {
      const auto found = cells_.find(group * call_.grid.count + step);
      if (found == cells_.end()) continue;
      if (found->second.lost && !found->second.beside_float) {
        out.erase(row, step);
        continue;
      }
      if (out.has(row, step)) {
        annotations().warn("encountered a mix of histograms and floats for aggregation", call_.operand_position);
        out.erase(row, step);
        continue;
      }
      if (found->second.total.reset_collision())
        note_reset_collision(annotations(), HistogramDeed::aggregation, call_.operand_position);
      out.set_histogram(row, step, std::make_shared<const Histogram>(found->second.total.value()));
    }
  }

  std::size_t bytes() const { return cells_.size() * kBytesPerCell; }

 private:
  static constexpr std::size_t kBytesPerCell = 4096;  // two layouts of some 160 buckets each
  struct Cell {
    Total total;
    bool beside_float = false;  // a float came before the first histogram, or before the one that did not fit
    bool lost = false;          // nothing is added up any more
  };

  Annotations& annotations() const { return call_.context.annotations(); }

  void add_cell(std::size_t at, const Histogram& histogram, const SeriesLabels& labels, bool after_float) {
    const auto [cell, added] = cells_.try_emplace(at, Cell{Total(histogram), after_float, after_float});
    if (added || cell->second.lost) return;
    const Combined outcome = cell->second.total.add(histogram);
    if (!outcome.compatible) {
      cell->second.lost = true;
      cell->second.beside_float = after_float;
      note_mixed_schemas(annotations(), call_.context.labels().get(labels, kMetricName), call_.operand_position);
    }
    if (outcome.bounds_reconciled)
      note_reconciled_bounds(annotations(), HistogramDeed::aggregation, call_.operand_position);
  }

  const AggregationCall& call_;
  std::unordered_map<std::size_t, Cell> cells_;
};

}  // namespace sluice::promql
