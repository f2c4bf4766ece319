// tests/promqltest/at_rewrite.h
//
// The same question, independent of when it is asked: every selector is pinned with `@`.
#pragma once

#include <optional>
#include <string>

#include "promql/syntax/ast.h"

namespace sluice::promqltest {

// Canonical text with `@ at_ms` on every selector and subquery without a numeric one, nothing inside a pinned subquery;
// nullopt when the expression calls a function that depends on the evaluation time itself.
std::optional<std::string> pinned_text(promql::Expr& expr, std::int64_t at_ms);

}  // namespace sluice::promqltest
