// promql/exec/cell_function.h
//
// Room: promql/exec. Functions of one cell (func/vector_function.h) and unary minus, over batches in place.
#pragma once

#include "promql/exec/operator.h"
#include "promql/func/vector_function.h"

namespace sluice::promql {

class CellFunction final : public RowTransform {
 public:
  CellFunction(VectorOperatorPtr from, const VectorFunction& function, std::vector<std::vector<double>> arguments,
               std::size_t steps);

 private:
  void transform(Batch& rows) override;
  void apply(Batch& batch, std::size_t row) const;

  const VectorFunction& function_;
  const std::size_t argument_count_;
  std::vector<double> arguments_;       // step by step
  std::vector<std::uint64_t> skipped_;  // steps without a result
  bool any_skipped_ = false;
};

class Negation final : public RowTransform {
 public:
  using RowTransform::RowTransform;

 private:
  void transform(Batch& rows) override;
};

}  // namespace sluice::promql
