// promql/exec/ranking.h
//
// Room: promql/exec. Aggregations that keep some of their input rows as they are: topk, bottomk, limitk, limit_ratio.
#pragma once

#include <vector>

#include "promql/exec/aggregate.h"

namespace sluice::promql {

// What topk and limitk do alike: every row is looked at once, unless less than one is to be kept at every step. The
// operand's errors come before what is wrong with the parameter, as in Prometheus.
class RowPicker : public TableOperator, private RowTaker {
 public:
  RowPicker(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr);

 protected:
  Result<void> look_at_all();
  virtual Result<void> add(const Batch& batch) = 0;

  const AggregationCall call_;
  LabelChooser chooser_;
  KeyTable groups_;

 private:
  Result<void> take(Batch& rows) final { return picks_ ? add(rows) : Result<void>(); }

  const VectorOperatorPtr from_;
  const Result<void> countable_;  // what is wrong with the parameter
  const bool picks_;
};

// topk and bottomk. Rows pass by; what stays is a heap of at most k cells for each group and step, and the labels of
// rows that were in one.
class Ranking final : public RowPicker {
 public:
  using RowPicker::RowPicker;

  struct Ranked {
    double value;
    std::uint32_t row;  // into candidates_
  };

 protected:
  Result<void> fill(Batch& table) override;

 private:
  Result<void> add(const Batch& batch) override;
  bool offer(std::uint32_t group, std::size_t step, double value);
  void write_ranked(Batch& table);    // one step: the best first
  void write_in_order(Batch& table);  // several: rows as they came

  std::vector<std::vector<Ranked>> heaps_;  // groups x steps
  std::vector<SeriesLabels> candidates_;    // rows that entered a heap, in order
  std::uint64_t cells_ = 0;                 // in heaps
  std::uint64_t bytes_charged_ = 0;
};

// limitk: the first k rows of each group that are there at a step.
class LimitK final : public RowPicker {
 public:
  LimitK(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr);

 protected:
  Result<void> fill(Batch& table) override;

 private:
  Result<void> add(const Batch& batch) override;

  Batch kept_;
  std::vector<std::uint64_t> counts_;        // groups x steps
  std::vector<std::uint32_t> group_of_row_;  // of kept rows
};

class LimitRatio final : public VectorOperator {
 public:
  LimitRatio(AggregationCall call, VectorOperatorPtr from) : call_(std::move(call)), from_(std::move(from)) {}
  Result<bool> next(Batch& out) override;

 private:
  Result<void> check_ratios();

  AggregationCall call_;
  const VectorOperatorPtr from_;
  bool checked_ = false;
};

}  // namespace sluice::promql
