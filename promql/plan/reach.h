// promql/plan/reach.h
//
// Room: promql/plan. How far around its own time the value of one step looks, if it looks at nothing else: then it is
// the same in every range query that has this step.
#pragma once

#include <cstdint>
#include <optional>

#include "promql/syntax/ast.h"

namespace sluice::promql {

// Samples of (step - behind, step + ahead] decide a step's value. ahead_ms is negative when every selector has an
// offset.
struct Reach {
  std::int64_t behind_ms = 0;
  std::int64_t ahead_ms = 0;
};

// nullopt: a step's value may depend on the range it is asked in (`@`, start(), step(), ...), on rows of other steps
// (names that collide when they are dropped), or on no data at all, which is not worth keeping.
std::optional<Reach> reach_of(const Expr& expr, std::int64_t lookback_ms);

}  // namespace sluice::promql
