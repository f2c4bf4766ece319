// server/query/selectors.h
//
// Room: server/query. The selectors of a query, in the order of the text: whose exemplars /query_exemplars shows.
#pragma once

#include <vector>

#include "promql/syntax/ast.h"
#include "proto/model/matcher.h"

namespace sluice::server::query {

std::vector<std::vector<Matcher>> selectors_of(const promql::Expr& expr);

}  // namespace sluice::server::query
