// promql/exec/set_operators.h
//
// Room: promql/exec. and, or, unless: whole rows at a time, by presence bitmaps of each signature.
#pragma once

#include "promql/exec/matching.h"

namespace sluice::promql {

class SetOperator final : public TableOperator {
 public:
  SetOperator(QueryContext& context, BinaryOp op, const VectorMatching& matching, VectorOperatorPtr left,
              VectorOperatorPtr right, std::size_t steps)
      : TableOperator(context), op_(op), matching_(matching), left_(std::move(left)), right_(std::move(right)),
        steps_(steps) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  const BinaryOp op_;
  const VectorMatching& matching_;
  const VectorOperatorPtr left_, right_;
  const std::size_t steps_;
};

}  // namespace sluice::promql
