// promql/exec/ranking.h
//
// Room: promql/exec. Aggregations that keep some of their input rows as they are: topk, bottomk, limitk, limit_ratio.
#pragma once

#include "promql/exec/aggregate.h"

namespace sluice::promql {

class Ranking final : public TableOperator {
 public:
  Ranking(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr)
      : TableOperator(call.context), call_(std::move(call)), from_(std::move(from)), expr_(expr) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  Result<void> select(const Batch& rows, std::vector<std::uint64_t>& kept, std::vector<std::uint32_t>& order);

  const AggregationCall call_;
  const VectorOperatorPtr from_;
  const Aggregation& expr_;
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
