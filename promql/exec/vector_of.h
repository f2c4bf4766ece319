// promql/exec/vector_of.h
//
// Room: promql/exec. Rows that come from nowhere: vector(scalar), and nothing at all.
#pragma once

#include "promql/exec/operator.h"

namespace sluice::promql {

// One row without labels.
class VectorOf final : public TableOperator {
 public:
  VectorOf(QueryContext& context, std::vector<double> values) : TableOperator(context), values_(std::move(values)) {}

 protected:
  Result<void> fill(Batch& table) override {
    table.reset(values_.size());
    table.add_row({});
    for (std::size_t step = 0; step < values_.size(); ++step) table.set_float(0, step, values_[step]);
    return {};
  }

 private:
  const std::vector<double> values_;
};

class Nothing final : public VectorOperator {
 public:
  Result<bool> next(Batch&) override { return false; }
};

}  // namespace sluice::promql
