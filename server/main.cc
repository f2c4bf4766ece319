// server/main.cc
//
// The composition root: reads the command line and the config, builds every object, hands each its neighbours, waits
// for signals. No logic of the product lives here.
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "promql/cache/row_cache.h"
#include "promql/engine/engine.h"
#include "server/admin/routes.h"
#include "server/config/config.h"
#include "server/config/flags.h"
#include "server/config/reloader.h"
#include "server/http/server.h"
#include "server/ingest/remote_write_handler.h"
#include "server/query/routes.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/process.h"
#include "server/telemetry/reporter.h"
#include "server/tenant/gate.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::server {
namespace {

constexpr int kExitBad = 1, kExitUsage = 2;

// Before any thread starts, so that every thread inherits it: signals are taken by wait_for_signal() only.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Errors of the write that meets them, not of the process: a peer that left, a limit of file size.
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  return signals;
}

int wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  return signal;
}

// Thousands of connections want thousands of descriptors; the soft limit is often 1024 and ours to raise.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Log::Options log_options(const TelemetryConfig& config) {
  Log::Options options;
  options.format = config.log_format == "json" ? LogFormat::json : LogFormat::text;
  if (config.log_level == "debug") options.level = LogLevel::debug;
  if (config.log_level == "warn") options.level = LogLevel::warn;
  if (config.log_level == "error") options.level = LogLevel::error;
  return options;
}

double seconds_of(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

// Everything that lives as long as the process serves. Members are built top to bottom and destroyed bottom to top.
class Sluice {
 public:
  Sluice(const Flags& flags, const Config& config, std::unique_ptr<storage::Tsdb> tsdb, Log& log, const Clock& clock)
      : config_(config),
        log_(log),
        clock_(clock),
        tsdb_(std::move(tsdb)),
        metrics_({.tenants_max = config.telemetry.tenants_max, .version = SLUICE_VERSION}),
        refusals_(log, clock, config.telemetry.refusal_interval),
        reporter_(metrics_, refusals_, log),
        gate_(config.gate, clock, reporter_),
        engine_(config.query),
        row_cache_(config.query_cache_bytes_max),
        reloader_(flags.config, flags.overrides, config,
                  [this](const TenantRules& rules) { gate_.replace_rules(rules); }),
        server_(config.server, router_, reporter_) {
    gate_.replace_rules(config.rules);
    tsdb_->set_limits([this](const TenantId& tenant) { return gate_.limits_of(tenant).storage; });
    metrics_.on_scrape(process_readings);
    metrics_.on_scrape([this] { return storage_readings(*tsdb_); });
    metrics_.on_scrape([this] { return listener_readings(); });
    metrics_.on_scrape([this] { return row_cache_readings(); });
    register_routes(flags);
    note_reload(true);
  }

  Result<void> start() {
    return server_.start().map([this] {
      ready_ = true;
      log_.info("listening", {{"address", config_.server.host + ":" + std::to_string(server_.port())},
                              {"mode", config_.rules.open ? "open" : "tokens"},
                              {"data_dir", config_.storage.data_dir}});
    });
  }

  void reload() {
    const auto outcome = reloader_.reload();
    note_reload(outcome.has_value());
    if (!outcome) return log_.error("config refused; the old one stays", {{"why", outcome.error().detail()}});
    log_.info("config reloaded",
              {{"tenants", std::to_string(outcome->tenant_count)}, {"tokens", std::to_string(outcome->token_count)}});
    for (const auto& section : outcome->needs_restart)
      log_.warn("this section changed and waits for a restart", {{"section", section}});
  }

  // False when something did not end well; the data that was acknowledged is safe either way.
  bool stop() {
    ready_ = false;
    log_.info("stopping");
    const bool drained = server_.drain(config_.drain_timeout);
    if (!drained) log_.warn("some requests did not end within server.drain_timeout_ms and were cancelled");
    const auto closed = tsdb_->close();
    if (!closed) log_.error("storage did not close well", {{"why", closed.error().detail()}});
    log_.info("stopped");
    return closed.has_value();
  }

 private:
  void register_routes(const Flags& flags) {
    const auto writes =
        std::make_shared<RemoteWriteHandler>(gate_, *tsdb_, wire::SpellingKey::random(), metrics_, refusals_);
    register_write_routes(router_, writes);
    metrics_.on_scrape([writes] { return writes->readings(); });
    register_admin_routes(router_, {gate_, *tsdb_, metrics_, log_, ready_});
    query::register_query_routes(router_, query_services(flags));
  }

  query::QueryServices query_services(const Flags& flags) {
    query::QueryServices services{.engine = engine_,
                                  .row_cache = row_cache_,
                                  .tsdb = *tsdb_,
                                  .gate = gate_,
                                  .clock = clock_,
                                  .flags = {},
                                  .build = {},
                                  .runtime = {}};
    services.flags = {{"config", flags.config},
                      {"listen", config_.server.host + ":" + std::to_string(config_.server.port)},
                      {"data-dir", config_.storage.data_dir}};
    services.build.revision = "sluice-" SLUICE_VERSION;
    services.runtime.start_ms = clock_.now_ms();
    services.runtime.config_loaded_ms = [this] { return config_loaded_ms_.load(); };
    services.runtime.config_ok = [this] { return config_ok_.load(); };
    services.on_query = [this](const query::QueryEvent& event) { note_query(event); };
    return services;
  }

  void note_query(const query::QueryEvent& event) {
    metrics_.asked({event.tenant.text(), event.endpoint, event.status, event.seconds, event.samples_read});
    log_.debug("query", {{"tenant", event.tenant.text()},
                         {"endpoint", std::string(event.endpoint)},
                         {"status", std::to_string(event.status)},
                         {"seconds", std::to_string(event.seconds)},
                         {"text", std::string(event.text)}});
  }

  void note_reload(bool successful) {
    const auto now_ms = clock_.now_ms();
    config_ok_ = successful;
    if (successful) config_loaded_ms_ = now_ms;
    metrics_.config_loaded(successful, seconds_of(now_ms));
  }

  std::vector<Metrics::Reading> listener_readings() const {
    return {{"sluice_ingest_queue", "Pushes being stored or waiting to be.", false,
             static_cast<double>(server_.ingest_queue())},
            {"sluice_query_queue", "Queries running or waiting for a thread.", false,
             static_cast<double>(server_.query_queue())},
            {"sluice_body_bytes_in_flight", "Bytes of pushes admitted and not yet answered.", false,
             static_cast<double>(gate_.body_bytes_in_flight())}};
  }

  std::vector<Metrics::Reading> row_cache_readings() const {
    const promql::RowCacheStats stats = row_cache_.stats();
    return {{"sluice_query_cache_kept_steps_total", "Steps of aggregations that were known from earlier range queries.",
             true, static_cast<double>(stats.steps_kept)},
            {"sluice_query_cache_evaluated_steps_total", "Steps of such aggregations that were evaluated.", true,
             static_cast<double>(stats.steps_evaluated)},
            {"sluice_query_cache_bytes", "Memory of kept steps.", false, static_cast<double>(stats.bytes)}};
  }

  const Config config_;
  Log& log_;
  const Clock& clock_;
  std::atomic<bool> ready_{false}, config_ok_{true};
  std::atomic<std::int64_t> config_loaded_ms_{0};
  const std::unique_ptr<storage::Tsdb> tsdb_;
  Metrics metrics_;
  RefusalLog refusals_;
  Reporter reporter_;
  Gate gate_;
  promql::Engine engine_;
  promql::RowCache row_cache_;
  Reloader reloader_;
  Router router_;
  HttpServer server_;
};

int serve(const Flags& flags, const Config& config) {
  const sigset_t signals = block_signals();
  raise_descriptor_limit();
  Log log(log_options(config.telemetry));
  const SystemClock clock;
  log.info("starting", {{"version", SLUICE_VERSION}, {"data_dir", config.storage.data_dir}});
  auto storage_options = config.storage;
  storage_options.warn = [&log](const std::string& what) { log.warn("storage", {{"what", what}}); };
  auto tsdb = storage::Tsdb::open(storage_options, clock);
  if (!tsdb) {
    log.error("storage cannot be opened", {{"why", tsdb.error().detail()}});
    return kExitBad;
  }
  Sluice sluice(flags, config, std::move(*tsdb), log, clock);
  if (const auto started = sluice.start(); !started) {
    log.error("cannot serve", {{"why", started.error().detail()}});
    return kExitBad;
  }
  while (wait_for_signal(signals) == SIGHUP) sluice.reload();
  return sluice.stop() ? 0 : kExitBad;
}

int run(std::span<const char* const> arguments) {
  const auto flags = parse_flags(arguments);
  if (!flags) {
    std::fprintf(stderr, "sluice: %s\n\n%s", flags.error().detail().c_str(), kUsage);
    return kExitUsage;
  }
  if (flags->help) return std::fputs(kUsage, stdout), 0;
  if (flags->version) return std::puts("sluice " SLUICE_VERSION), 0;
  const auto config = load_config(flags->config, flags->overrides);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().detail().c_str());
    return kExitBad;
  }
  if (flags->check_config) return std::puts("the config is good"), 0;
  return serve(*flags, *config);
}

}  // namespace
}  // namespace sluice::server

int main(int argc, char** argv) {
  return sluice::server::run(std::span<const char* const>(argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)));
}
