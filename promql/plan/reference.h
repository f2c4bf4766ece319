// promql/plan/reference.h
//
// Room: promql/plan. As of when an expression looks: info() looks up its info series there.
#pragma once

#include "promql/plan/plan.h"

namespace sluice::promql {

// What all selectors of `plan` agree on, under the subqueries around them: `at_ms` and `offset_ms`. nullopt: they look
// at different times, or something needs no selector and has the time of the step.
std::optional<LookTimes> common_reference(const Plan& plan);

}  // namespace sluice::promql
