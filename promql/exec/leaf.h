// promql/exec/leaf.h
//
// Room: promql/exec. A reader of raw series and a kernel over its windows. For samples that nobody else looks at; those
// of storage go through common_reading.h.
#pragma once

#include "promql/exec/window_worker.h"

namespace sluice::promql {

// Range functions over a subquery.
class LeafOperator final : public VectorOperator {
 public:
  LeafOperator(QueryContext& context, std::unique_ptr<SampleReader> reader, WindowSpec spec)
      : context_(context), reader_(std::move(reader)), spec_(std::move(spec)), worker_(spec_, context) {}
  Result<bool> next(Batch& out) override;

 private:
  Result<bool> next_block();

  QueryContext& context_;
  const std::unique_ptr<SampleReader> reader_;
  const WindowSpec spec_;
  WindowWorker worker_;
  SampleBlock block_;
};

}  // namespace sluice::promql
