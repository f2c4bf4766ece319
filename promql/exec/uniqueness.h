// promql/exec/uniqueness.h
//
// Room: promql/exec. Whether rows may come to have equal labels when a name is dropped, and what then stands behind them.
#pragma once

#include "promql/exec/operator.h"
#include "promql/plan/plan.h"

namespace sluice::promql {

// True: no two rows of `plan` differ in metadata labels only. False promises nothing.
bool unique_without_names(const Plan& plan, const QueryContext& context);

// `from` has dropped the names of `operand`: rows that have become equal are merged. In delayed mode nothing has gone yet.
VectorOperatorPtr unique_after_drop(const Plan& operand, VectorOperatorPtr from, const StepGrid& grid,
                                    QueryContext& context);

}  // namespace sluice::promql
