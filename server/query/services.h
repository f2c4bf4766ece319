// server/query/services.h
//
// Room: server/query. What the endpoints need from the rest of the house; main.cc brings it. All of it outlives the
// router that the routes were registered with, and may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "promql/cache/row_cache.h"
#include "promql/engine/engine.h"
#include "proto/base/clock.h"
#include "proto/base/tenant_id.h"
#include "server/tenant/gate.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::server::query {

struct BuildInfo {
  std::string version = "3.14.0";  // of the Prometheus whose API and language this is: Grafana chooses features by it
  std::string revision;            // ours
  std::string branch, build_user, build_date;
};

struct RuntimeInfo {
  std::int64_t start_ms = 0;
  std::function<std::int64_t()> config_loaded_ms = [] { return std::int64_t{0}; };  // 0: no config file was read
  std::function<bool()> config_ok = [] { return true; };                            // how the newest reload went
};

// One question answered, for metrics and the query log.
struct QueryEvent {
  const TenantId& tenant;
  std::string_view endpoint;  // "query" or "query_range"
  std::string_view text;
  int status = 0;
  double seconds = 0;
  std::uint64_t samples_read = 0;
};

struct QueryServices {
  const promql::Engine& engine;
  promql::RowCache& row_cache;
  storage::Tsdb& tsdb;
  Gate& gate;
  const Clock& clock;
  std::map<std::string, std::string> flags;
  BuildInfo build;
  RuntimeInfo runtime;
  std::function<void(const QueryEvent&)> on_query = [](const QueryEvent&) {};  // called on the query pool
};

}  // namespace sluice::server::query
