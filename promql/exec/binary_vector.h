// promql/exec/binary_vector.h
//
// Room: promql/exec. Two vectors, matched by labels: one-to-one, many-to-one, one-to-many, with fill.
#pragma once

#include "promql/exec/arithmetic.h"
#include "promql/exec/matching.h"

namespace sluice::promql {

class BinaryVector final : public TableOperator {
 public:
  BinaryVector(QueryContext& context, const Binary& expr, std::int32_t position, VectorOperatorPtr left,
               VectorOperatorPtr right, std::size_t steps)
      : TableOperator(context), expr_(expr), position_(position), left_(std::move(left)), right_(std::move(right)),
        steps_(steps) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  const Binary& expr_;
  const std::int32_t position_;
  const VectorOperatorPtr left_, right_;
  const std::size_t steps_;
};

}  // namespace sluice::promql
