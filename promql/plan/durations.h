// promql/plan/durations.h
//
// Room: promql/plan. The value of a duration expression such as [5m * 2] or `offset step()`.
#pragma once

#include "promql/plan/plan.h"

namespace sluice::promql {

enum class DurationSign : std::uint8_t { positive, any };

// Milliseconds, truncated. Errors start with the byte offsets of the expression, as Prometheus's do.
Result<std::int64_t> evaluate_duration(const Expr& expr, const PlanOptions& options, DurationSign sign);

}  // namespace sluice::promql
