// server/query/exemplars.h
//
// Room: server/query. /query_exemplars.
#pragma once

#include "server/query/endpoint.h"

namespace sluice::server::query {

Answer answer_query_exemplars(const Call& call);

}  // namespace sluice::server::query
