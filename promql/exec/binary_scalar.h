// promql/exec/binary_scalar.h
//
// Room: promql/exec. A vector and a scalar, on either side. Works in place and streams.
#pragma once

#include "promql/exec/arithmetic.h"
#include "promql/exec/operator.h"

namespace sluice::promql {

class BinaryScalar final : public RowTransform {
 public:
  struct Spec {
    BinaryOp op = BinaryOp::add;
    bool scalar_left = false, return_bool = false;
    std::int32_t position = 0;
  };
  BinaryScalar(QueryContext& context, VectorOperatorPtr from, std::vector<double> scalar, const Spec& spec)
      : RowTransform(std::move(from)), context_(context), scalar_(std::move(scalar)), spec_(spec) {}

 private:
  void transform(Batch& rows) override;
  void apply_floats(Batch& batch, std::size_t row) const;
  void apply_cells(Batch& batch, std::size_t row) const;

  QueryContext& context_;
  const std::vector<double> scalar_;  // one per step
  const Spec spec_;
};

}  // namespace sluice::promql
