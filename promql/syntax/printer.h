// promql/syntax/printer.h
//
// Room: promql/syntax. The pieces of canonical text that the pretty printer puts on lines of its own.
#pragma once

#include <string>

#include "promql/syntax/ast.h"

namespace sluice::promql {

std::string aggregation_head(const Aggregation& node);  // `sum by (a, b) `; without grouping no blank follows
std::string operator_text(const Binary& node);          // `* on (a) group_left (b)`
std::string subquery_suffix(const Subquery& node);      // `[5m:1m] @ 1.500 offset 5m`

}  // namespace sluice::promql
