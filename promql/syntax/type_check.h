// promql/syntax/type_check.h
//
// Room: promql/syntax. What the grammar alone cannot refuse: types, argument counts, matching clauses.
#pragma once

#include <optional>
#include <string_view>

#include "promql/syntax/parser_core.h"

namespace sluice::promql {

// The first error in Prometheus's order. Also settles what only types decide: the matching of a binary expression
// with a scalar operand is removed, that of a set operator becomes many-to-many.
std::optional<SyntaxError> check_types(Expr& expr, std::string_view query);

}  // namespace sluice::promql
