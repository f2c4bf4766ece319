// promql/exec/build.h
//
// Room: promql/exec. A plan to operators. Selectors are resolved here, scalars are evaluated here.
#pragma once

#include "promql/exec/operator.h"
#include "promql/exec/samples.h"
#include "promql/plan/plan.h"

namespace sluice::promql {

Result<VectorOperatorPtr> build_vector(const Plan& plan, const StepGrid& grid, QueryContext& context);

// One value per step.
Result<std::vector<double>> evaluate_scalar(const Plan& plan, const StepGrid& grid, QueryContext& context);

// The samples behind a range selector or subquery; for instant queries that ask for the matrix itself.
Result<std::unique_ptr<SampleReader>> open_samples(const Plan& plan, const StepGrid& grid, QueryContext& context);

}  // namespace sluice::promql
