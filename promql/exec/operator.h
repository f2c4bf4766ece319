// promql/exec/operator.h
//
// Room: promql/exec. The one interface of all operators that yield vectors: pull the next few series, all steps at
// once.
#pragma once

#include <memory>

#include "promql/exec/context.h"
#include "promql/value/batch.h"

namespace sluice::promql {

// Takes rows that have been made before it asked for them. It may do with them what it likes.
class RowTaker {
 public:
  virtual ~RowTaker() = default;
  virtual Result<void> take(Batch& rows) = 0;
};

class VectorOperator {
 public:
  virtual ~VectorOperator() = default;
  // Replaces what `out` holds by the next rows, in evaluation order; a row may be absent at every step.
  // False: there are no more.
  virtual Result<bool> next(Batch& out) = 0;
  // Rows that are made for others anyhow go to `taker` from now on, in order; next() goes on behind them. For those who
  // keep little of what they read, so that nothing has to wait for them. False: only next() has rows.
  virtual bool push_to(RowTaker& /*taker*/) { return false; }
};
using VectorOperatorPtr = std::unique_ptr<VectorOperator>;

// Changes rows in place as they pass.
class RowTransform : public VectorOperator, private RowTaker {
 public:
  explicit RowTransform(VectorOperatorPtr from) : from_(std::move(from)) {}
  Result<bool> next(Batch& out) final;
  bool push_to(RowTaker& taker) final;

 protected:
  virtual void transform(Batch& rows) = 0;

 private:
  Result<void> take(Batch& rows) final;

  const VectorOperatorPtr from_;
  RowTaker* taker_ = nullptr;
};

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
