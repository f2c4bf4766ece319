// promql/exec/once.h
//
// Room: promql/exec. What was evaluated at the first step only, repeated at every step.
#pragma once

#include "promql/exec/operator.h"

namespace sluice::promql {

class Repeat final : public VectorOperator {
 public:
  Repeat(QueryContext& context, VectorOperatorPtr from, std::size_t steps)
      : context_(context), from_(std::move(from)), steps_(steps) {}
  Result<bool> next(Batch& out) override;

 private:
  Result<bool> next_single();

  QueryContext& context_;
  const VectorOperatorPtr from_;
  const std::size_t steps_;
  Batch single_;
};

}  // namespace sluice::promql
