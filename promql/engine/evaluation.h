// promql/engine/evaluation.h
//
// Room: promql/engine. One plan, evaluated: operators are built and drained, rows become the answer.
#pragma once

#include "promql/engine/engine.h"
#include "promql/plan/plan.h"

namespace sluice::promql {

Result<QueryResult> evaluate(const Plan& plan, std::shared_ptr<const SeriesSource> source, const QueryRequest& request,
                             const EngineOptions& options, const StepGrid& grid);

}  // namespace sluice::promql
