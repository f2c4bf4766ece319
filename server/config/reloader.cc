#include "server/config/reloader.h"

#include <tuple>
#include <utility>

namespace sluice::server {
namespace {

auto server_part(const Config& c) {
  const auto& s = c.server;
  return std::make_tuple(s.host, s.port, s.io_threads, s.ingest_threads, s.query_threads, s.ingest_queue_max,
                         s.query_queue_max, s.connections_max, s.head_bytes_max, s.head_timeout, s.body_timeout,
                         s.idle_timeout, s.write_timeout, c.drain_timeout, c.gate.body_bytes_in_flight_max,
                         c.gate.tenants_max);
}

auto storage_part(const Config& c) {
  const auto& s = c.storage;
  return std::make_tuple(s.data_dir, s.durability, s.shards, s.flush_interval_ms, s.keep_after_flush_ms, s.partition_ms,
                         s.head_bytes_max, s.disk_free_bytes_min);
}

auto query_part(const Config& c) {
  const auto& q = c.query;
  return std::make_tuple(q.lookback_ms, q.samples_max, q.memory_bytes_max, q.series_max, q.threads,
                         q.delayed_name_removal, q.parser.experimental_functions);
}

auto telemetry_part(const Config& c) {
  const auto& t = c.telemetry;
  return std::make_tuple(t.log_level, t.log_format, t.refusal_interval, t.tenants_max);
}

}  // namespace

Reloader::Reloader(std::string file, Overrides overrides, const Config& running,
                   std::function<void(const TenantRules&)> apply)
    : file_(std::move(file)), overrides_(std::move(overrides)), running_(running), apply_(std::move(apply)) {}

Result<Reloader::Outcome> Reloader::reload() const {
  if (file_.empty()) return fail(Errc::invalid_argument, "started without --config: there is no file to read again");
  const auto fresh = load_config(file_, overrides_);
  if (!fresh) return tl::unexpected<Error>(fresh.error());
  Outcome outcome;
  if (server_part(*fresh) != server_part(running_)) outcome.needs_restart.emplace_back("server");
  if (storage_part(*fresh) != storage_part(running_)) outcome.needs_restart.emplace_back("storage");
  if (query_part(*fresh) != query_part(running_)) outcome.needs_restart.emplace_back("query");
  if (telemetry_part(*fresh) != telemetry_part(running_)) outcome.needs_restart.emplace_back("telemetry");
  outcome.token_count = fresh->rules.tokens.size();
  outcome.tenant_count = fresh->rules.overrides.size();
  apply_(fresh->rules);
  return outcome;
}

}  // namespace sluice::server
