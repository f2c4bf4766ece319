// promql/exec/binary_scalar.h
//
// Room: promql/exec. A vector and a scalar, on either side. Works in place and streams.
#pragma once

#include "promql/exec/arithmetic.h"
#include "promql/exec/operator.h"

namespace sluice::promql {

class BinaryScalar final : public VectorOperator {
 public:
  struct Spec {
    BinaryOp op = BinaryOp::add;
    bool scalar_left = false, return_bool = false;
    std::int32_t position = 0;
  };
  BinaryScalar(QueryContext& context, VectorOperatorPtr from, std::vector<double> scalar, const Spec& spec)
      : context_(context), from_(std::move(from)), scalar_(std::move(scalar)), spec_(spec) {}
  Result<bool> next(Batch& out) override;

 private:
  void apply_floats(Batch& batch, std::size_t row) const;
  void apply_cells(Batch& batch, std::size_t row) const;

  QueryContext& context_;
  const VectorOperatorPtr from_;
  const std::vector<double> scalar_;  // one per step
  const Spec spec_;
};

}  // namespace sluice::promql
