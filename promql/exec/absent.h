// promql/exec/absent.h
//
// Room: promql/exec. absent and absent_over_time: one row, present where the operand has nothing.
#pragma once

#include "promql/exec/operator.h"
#include "promql/syntax/ast.h"

namespace sluice::promql {

class Absent final : public TableOperator {
 public:
  Absent(QueryContext& context, VectorOperatorPtr from, LabelsView labels, std::size_t steps)
      : TableOperator(context), from_(std::move(from)), labels_(labels), steps_(steps) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  const VectorOperatorPtr from_;
  const LabelsView labels_;
  const std::size_t steps_;
};

// The labels that the equality matchers of a plain selector name; a label matched twice or otherwise is left out.
Labels absent_labels(const Expr& operand);

}  // namespace sluice::promql
