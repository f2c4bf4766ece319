#include "server/config/sections.h"

#include <limits>

#include "server/config/units.h"

namespace sluice::server {
namespace {

constexpr std::int64_t kHourMs = 3'600'000, kDayMs = 24 * kHourMs;
constexpr std::int64_t kForeverMs = 100 * 365 * kDayMs;
constexpr std::uint64_t kBytesMax = std::numeric_limits<std::int64_t>::max();
constexpr unsigned kThreadsMax = 256;

void read_ms(Section& section, std::string_view key, std::chrono::milliseconds& value) {
  std::int64_t ms = value.count();
  section.read(key, ms, 1, kDayMs);
  value = std::chrono::milliseconds(ms);
}

}  // namespace

void read_server(Section& section, Config& config) {
  auto& server = config.server;
  std::string listen;
  const auto node = section.take("listen");
  if (node.IsDefined()) {
    const auto address = parse_address(node.IsScalar() ? node.Scalar() : "");
    if (!address) {
      section.complain(node, "listen", address.error().detail());
    } else {
      server.host = address->host;
      server.port = address->port;
    }
  }
  section.read("io_threads", server.io_threads, 1, kThreadsMax);
  section.read("ingest_threads", server.ingest_threads, 1, kThreadsMax);
  section.read("query_threads", server.query_threads, 1, kThreadsMax);
  section.read("ingest_queue_max", server.ingest_queue_max, 1, 1'000'000);
  section.read("query_queue_max", server.query_queue_max, 1, 1'000'000);
  section.read("connections_max", server.connections_max, 1, 1'000'000);
  section.read("head_bytes_max", server.head_bytes_max, 4096, 16u << 20);
  read_ms(section, "head_timeout_ms", server.head_timeout);
  read_ms(section, "body_timeout_ms", server.body_timeout);
  read_ms(section, "idle_timeout_ms", server.idle_timeout);
  read_ms(section, "write_timeout_ms", server.write_timeout);
  read_ms(section, "drain_timeout_ms", config.drain_timeout);
  section.read("body_bytes_in_flight_max", config.gate.body_bytes_in_flight_max, 1u << 20, kBytesMax);
  section.read("tenants_max", config.gate.tenants_max, 1, 100'000'000);
}

void read_storage(Section& section, Config& config) {
  auto& storage = config.storage;
  section.read("data_dir", storage.data_dir);
  std::string durability = "sync";
  section.read_choice("durability", durability, {"sync", "async"});
  storage.durability = durability == "sync" ? storage::Durability::sync : storage::Durability::async;
  section.read("shards", storage.shards, 1, kThreadsMax);
  section.read("flush_interval_ms", storage.flush_interval_ms, 1000, kDayMs);
  section.read("keep_after_flush_ms", storage.keep_after_flush_ms, 0, kForeverMs);
  section.read("partition_ms", storage.partition_ms, 60'000, 31 * kDayMs);
  section.read("head_bytes_max", storage.head_bytes_max, 0, kBytesMax);
  section.read("disk_free_bytes_min", storage.disk_free_bytes_min, 0, kBytesMax);
}

void read_query(Section& section, Config& config) {
  auto& query = config.query;
  section.read("lookback_ms", query.lookback_ms, 1, kDayMs);
  section.read("samples_max", query.samples_max, 1, kBytesMax);
  section.read("memory_bytes_max", query.memory_bytes_max, 1u << 20, kBytesMax);
  section.read("series_max", query.series_max, 1, kBytesMax);
  section.read("threads", query.threads, 1, kThreadsMax);
  section.read("cache_bytes_max", config.query_cache_bytes_max, 0, kBytesMax);
  section.read("delayed_name_removal", query.delayed_name_removal);
  section.read("experimental_functions", query.parser.experimental_functions);
}

void read_telemetry(Section& section, Config& config) {
  auto& telemetry = config.telemetry;
  section.read_choice("log_level", telemetry.log_level, {"debug", "info", "warn", "error"});
  section.read_choice("log_format", telemetry.log_format, {"text", "json"});
  std::int64_t interval_ms = 1000 * telemetry.refusal_interval.count();
  section.read("refusal_interval_ms", interval_ms, 1000, kDayMs);
  telemetry.refusal_interval = std::chrono::seconds(interval_ms / 1000);
  section.read("tenants_max", telemetry.tenants_max, 1, 1'000'000);
}

namespace {

void read_storage_limits(Section& section, StorageLimits& limits) {
  section.read("labels_per_series_max", limits.labels_per_series_max, 1, 10'000);
  section.read("label_name_bytes_max", limits.label_name_bytes_max, 1, 1u << 20);
  section.read("label_value_bytes_max", limits.label_value_bytes_max, 1, 1u << 20);
  section.read("active_series_max", limits.active_series_max, 1, kBytesMax);
  section.read("out_of_order_window_ms", limits.out_of_order_window_ms, 0, kForeverMs);
  section.read("future_ms_max", limits.future_ms_max, 0, kForeverMs);
  section.read("retention_ms", limits.retention_ms, kHourMs, kForeverMs);
  section.read("exemplars_max", limits.exemplars_max, 0, 100'000'000);
  section.read("exemplar_label_characters_max", limits.exemplar_label_characters_max, 0, 1u << 20);
  section.read("metadata_metrics_max", limits.metadata_metrics_max, 0, kBytesMax);
}

}  // namespace

void read_limits(Section& section, TenantLimits& limits) {
  read_storage_limits(section, limits.storage);
  section.read("body_bytes_max", limits.body_bytes_max, 1024, 1u << 30);
  section.read("decoded_bytes_max", limits.decoded_bytes_max, 1024, 1u << 30);
  section.read("body_bytes_in_flight_max", limits.body_bytes_in_flight_max, 1024, kBytesMax);
  auto rate = static_cast<std::uint64_t>(limits.ingestion_rate);
  section.read("ingestion_rate", rate, 0, kBytesMax);
  limits.ingestion_rate = static_cast<double>(rate);
  section.read("ingestion_burst", limits.ingestion_burst, 1, kBytesMax);
  std::string status = std::to_string(limits.rate_refusal_status);
  section.read_choice("rate_refusal_status", status, {"429", "503"});
  limits.rate_refusal_status = status == "429" ? 429 : 503;
  section.read("classic_histograms_to_nhcb", limits.classic_histograms_to_nhcb);
  section.read("keep_classic_histograms", limits.keep_classic_histograms);
  section.read("classic_histograms_max", limits.classic_histograms_max, 1, 100'000'000);
  section.read("queries_concurrent_max", limits.query.queries_concurrent_max, 1, 1'000'000);
  section.read("query_timeout_ms_max", limits.query.query_timeout_ms_max, 1, kDayMs);
  section.read("query_body_bytes_max", limits.query.query_body_bytes_max, 1024, 1u << 30);
  section.read("scrape_interval_ms", limits.query.scrape_interval_ms, 100, kDayMs);
}

}  // namespace sluice::server
