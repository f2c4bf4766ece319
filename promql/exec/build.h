// promql/exec/build.h
//
// Room: promql/exec. A plan to operators. Selectors are resolved here, scalars are evaluated here.
#pragma once

#include "promql/exec/operator.h"
#include "promql/exec/samples.h"
#include "promql/func/range_function.h"
#include "promql/plan/plan.h"

namespace sluice::promql {

// Whole series, for those who take them as such: a float and a histogram of one step are a row and its companion.
Result<VectorOperatorPtr> build_series(const Plan& plan, const StepGrid& grid, QueryContext& context);
// The same for those who go step by step: one sample per series and step.
Result<VectorOperatorPtr> build_vector(const Plan& plan, const StepGrid& grid, QueryContext& context);

// One value per step.
Result<std::vector<double>> evaluate_scalar(const Plan& plan, const StepGrid& grid, QueryContext& context);

// The samples behind a range selector or subquery; for instant queries that ask for the matrix itself.
Edge edge_of(const VectorSelector& selector);
// Of an extended selector (edge_of) also what lies up to a lookback outside of the range.
Result<std::unique_ptr<SampleReader>> open_samples(const Plan& plan, const StepGrid& grid, QueryContext& context);

}  // namespace sluice::promql
