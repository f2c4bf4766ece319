// promql/exec/unique.h
//
// Room: promql/exec. What becomes of rows whose labels have become equal because a name was dropped (contract 3.8).
// Only used where equal labels are possible: one metric name means that they are not.
#pragma once

#include "promql/exec/operator.h"

namespace sluice::promql {

// Range functions: equal labels are an error, whatever the times. Streams.
class RefuseDuplicates final : public VectorOperator {
 public:
  RefuseDuplicates(QueryContext& context, VectorOperatorPtr from) : context_(context), from_(std::move(from)) {}
  Result<bool> next(Batch& out) override;

 private:
  QueryContext& context_;
  const VectorOperatorPtr from_;
  KeyTable seen_;
};

// Everything else: rows are merged when they do not meet at any step. Needs all rows first.
class MergeDuplicates final : public TableOperator {
 public:
  MergeDuplicates(QueryContext& context, VectorOperatorPtr from, std::size_t steps)
      : TableOperator(context), from_(std::move(from)), steps_(steps) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  const VectorOperatorPtr from_;
  const std::size_t steps_;
};

}  // namespace sluice::promql
