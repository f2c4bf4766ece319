// promql/plan/plan.h
//
// Room: promql/plan. A parsed expression made ready for one time range: parentheses are gone, every duration is a
// number, and what does not depend on the step stands under a `once` node. Nothing is read here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "promql/syntax/ast.h"
#include "promql/value/grid.h"
#include "proto/base/error.h"

namespace sluice::promql {

enum class PlanKind : std::uint8_t {
  number, string, selector, range_selector, subquery, call, aggregation, binary, unary,
  once,  // its only child is evaluated at the first step and repeated
};

// When a selector or a subquery looks, relative to the step.
struct LookTimes {
  std::optional<std::int64_t> at_ms;
  std::int64_t offset_ms = 0;
  std::int64_t range_ms = 0;  // of [..]; 0 for instant selectors
  std::int64_t step_ms = 0;   // of subqueries
  std::int64_t reference(std::int64_t step_time_ms) const { return at_ms.value_or(step_time_ms) - offset_ms; }
};

struct Plan {
  PlanKind kind = PlanKind::number;
  const Expr* expr = nullptr;  // the node as written, without parentheses; outlives the plan
  std::int32_t position = 0;   // where annotations point
  LookTimes times;
  // A selector of whose histograms only count and sum are used: read without buckets, as Prometheus does. Visible: hints
  // are then worked out while reading (contract 3.11).
  bool counts_only = false;
  std::vector<std::unique_ptr<Plan>> children;  // operands; an aggregation's parameter comes second
};
using PlanPtr = std::unique_ptr<Plan>;

struct PlanOptions {
  StepGrid grid;
  std::int64_t query_end_ms = 0;   // as asked: the last step may come before it
  std::int64_t query_step_ms = 0;  // what step() means in durations
  std::int64_t default_subquery_step_ms = 60'000;
};

// invalid_argument: a duration expression has no usable value.
Result<PlanPtr> make_plan(const Expr& expr, const PlanOptions& options);

// The plan without a `once` around it: for those who only ask what stands there.
const Plan& unwrapped(const Plan& plan);
ValueType type_of(const Plan& plan);

}  // namespace sluice::promql
