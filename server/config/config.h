// server/config/config.h
//
// Room: server/config. Everything an operator decides, as one checked value. To hold a Config is to know that every
// number is in its range and every name is known; docs/operations/configuration.md lists the keys.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "promql/engine/engine.h"
#include "proto/base/error.h"
#include "server/http/server.h"
#include "server/tenant/gate.h"
#include "server/tenant/limits.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::server {

struct TelemetryConfig {
  std::string log_level = "info";   // debug, info, warn, error
  std::string log_format = "text";  // or json
  std::chrono::seconds refusal_interval{10};
  std::size_t tenants_max = 1000;  // with a label of their own
};

struct Config {
  ServerOptions server;
  std::chrono::milliseconds drain_timeout{20'000};
  Gate::Options gate;
  storage::TsdbOptions storage;
  promql::EngineOptions query;
  std::uint64_t query_cache_bytes_max = 64u << 20;  // steps of aggregations that are kept; 0: none
  TelemetryConfig telemetry;
  TenantRules rules;

  Config();
};

// What the command line says; it wins over the file.
struct Overrides {
  std::string listen;  // HOST:PORT
  std::string data_dir;
};

// `file` empty: the defaults. Errors name the file, the line and the key; all of them at once, a line each.
Result<Config> load_config(const std::string& file, const Overrides& overrides);
Result<Config> parse_config(const std::string& yaml, const std::string& file_name, const Overrides& overrides);

}  // namespace sluice::server
