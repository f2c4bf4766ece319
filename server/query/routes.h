// server/query/routes.h
//
// Room: server/query. Which path is answered by whom. Every path stands under three prefixes: /api/v1, and the two that
// Mimir's and Cortex's users have in their data sources, /prometheus/api/v1 and /api/prom/api/v1.
#pragma once

#include "server/http/handler.h"
#include "server/query/services.h"

namespace sluice::server::query {

void register_query_routes(Router& router, QueryServices services);

}  // namespace sluice::server::query
