// promql/exec/build.h
//
// Room: promql/exec. A plan to operators. Selectors are resolved here, scalars are evaluated here.
#pragma once

#include "promql/exec/operator.h"
#include "promql/exec/samples.h"
#include "promql/func/range_function.h"
#include "promql/plan/plan.h"

namespace sluice::promql {

Result<VectorOperatorPtr> build_vector(const Plan& plan, const StepGrid& grid, QueryContext& context);

// One value per step.
Result<std::vector<double>> evaluate_scalar(const Plan& plan, const StepGrid& grid, QueryContext& context);

// The samples behind a range selector or subquery; for instant queries that ask for the matrix itself.
Edge edge_of(const VectorSelector& selector);
// Of an extended selector (edge_of) also what lies up to a lookback outside of the range.
Result<std::unique_ptr<SampleReader>> open_samples(const Plan& plan, const StepGrid& grid, QueryContext& context);

}  // namespace sluice::promql
