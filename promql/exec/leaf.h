// promql/exec/leaf.h
//
// Room: promql/exec. Where rows begin: a reader of raw series and a kernel over its windows.
#pragma once

#include "promql/exec/window_worker.h"

namespace sluice::promql {

// Instant selectors and range functions over a subquery: one series after the other.
class LeafOperator final : public VectorOperator {
 public:
  LeafOperator(QueryContext& context, std::unique_ptr<SampleReader> reader, WindowSpec spec)
      : context_(context), reader_(std::move(reader)), spec_(std::move(spec)), worker_(spec_, context) {}
  Result<bool> next(Batch& out) override;

 private:
  QueryContext& context_;
  const std::unique_ptr<SampleReader> reader_;
  const WindowSpec spec_;
  WindowWorker worker_;
  SampleBlock block_;
};

}  // namespace sluice::promql
