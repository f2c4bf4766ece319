// promql/exec/ranking.h
//
// Room: promql/exec. Aggregations that keep some of their input rows as they are: topk, bottomk, limitk, limit_ratio.
#pragma once

#include <functional>
#include <vector>

#include "promql/exec/aggregate.h"

namespace sluice::promql {

// topk and bottomk. Rows pass by; what stays is a heap of at most k cells for each group and step, and the labels of
// rows that were in one.
class Ranking final : public TableOperator {
 public:
  Ranking(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr);

  struct Ranked {
    double value;
    std::uint32_t row;  // into candidates_
  };

 protected:
  Result<void> fill(Batch& table) override;

 private:
  Result<void> add(const Batch& batch);
  bool offer(std::uint32_t group, std::size_t step, double value);
  void write_ranked(Batch& table);    // one step: the best first
  void write_in_order(Batch& table);  // several: rows as they came

  const AggregationCall call_;
  const VectorOperatorPtr from_;
  LabelChooser chooser_;
  KeyTable groups_;
  std::vector<std::vector<Ranked>> heaps_;  // groups x steps
  std::vector<SeriesLabels> candidates_;    // rows that entered a heap, in order
  std::uint64_t cells_ = 0;                 // in heaps
  std::uint64_t bytes_charged_ = 0;
};

// limitk: the first k rows of each group that are there at a step.
class LimitK final : public TableOperator {
 public:
  LimitK(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr);

 protected:
  Result<void> fill(Batch& table) override;

 private:
  Result<void> add(const Batch& batch, Batch& kept);

  const AggregationCall call_;
  const VectorOperatorPtr from_;
  LabelChooser chooser_;
  KeyTable groups_;
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

// Gives every batch of `from` to `add`, unless less than one row is to be kept at every step. The operand's errors come
// before what is wrong with the parameter, as in Prometheus.
Result<void> offer_all(VectorOperator& from, const std::vector<double>& parameter,
                       const std::function<Result<void>(const Batch&)>& add);

}  // namespace sluice::promql
