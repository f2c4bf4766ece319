// promql/exec/operator.h
//
// Room: promql/exec. The one interface of all operators that yield vectors: pull the next few series, all steps at once.
#pragma once

#include <memory>

#include "promql/exec/context.h"
#include "promql/value/batch.h"

namespace sluice::promql {

class VectorOperator {
 public:
  virtual ~VectorOperator() = default;
  // Replaces what `out` holds by the next rows, in evaluation order; a row may be absent at every step.
  // False: there are no more.
  virtual Result<bool> next(Batch& out) = 0;
};
using VectorOperatorPtr = std::unique_ptr<VectorOperator>;

// Pulls everything; rows without any sample are left out. The memory is charged to the query.
Result<void> collect(VectorOperator& from, QueryContext& context, Batch& all, std::size_t steps);

// Hands out rows that exist already.
class TableOperator : public VectorOperator {
 public:
  explicit TableOperator(QueryContext& context) : context_(context) {}
  Result<bool> next(Batch& out) final;

 protected:
  // Called once, at the first next().
  virtual Result<void> fill(Batch& table) = 0;
  QueryContext& context_;

 private:
  bool filled_ = false;
};

}  // namespace sluice::promql
