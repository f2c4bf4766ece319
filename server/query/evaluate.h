// server/query/evaluate.h
//
// Room: server/query. /query and /query_range.
#pragma once

#include "server/query/endpoint.h"

namespace sluice::server::query {

Answer answer_query(const Call& call);
Answer answer_query_range(const Call& call);

}  // namespace sluice::server::query
