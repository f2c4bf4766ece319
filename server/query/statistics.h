// server/query/statistics.h
//
// Room: server/query. The `stats` parameter and what it adds to an answer.
#pragma once

#include <string>
#include <string_view>

#include "promql/engine/engine.h"
#include "server/query/envelope.h"

namespace sluice::server::query {

// `,"stats":{...}`; nothing when the parameter is empty.
std::string statistics_json(std::string_view parameter, const promql::QueryStats& stats, double total_seconds,
                            const promql::QueryRequest& request);
// Values other than `true` and `all` work, with a warning.
void warn_about_statistics(std::string_view parameter, Notices& notices);

}  // namespace sluice::server::query
