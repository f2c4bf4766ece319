#include "server/query/status.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>

#include "promql/syntax/parser.h"
#include "server/query/json/object.h"
#include "server/query/parameters.h"
#include "server/query/time_text.h"

namespace sluice::server::query {
namespace {

constexpr std::int64_t kCardinalityDefault = 10, kCardinalityMax = 10'000;

std::string working_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

std::string duration_of(std::int64_t ms) { return promql::duration_text(ms); }

Parameter<std::int64_t> read_cardinality_limit(const Form& form) {
  const std::string_view text = form.get("limit");
  if (text.empty()) return kCardinalityDefault;
  const auto limit = parse_integer(text);
  if (!limit || *limit < 1) return bad_data("limit must be a positive number");
  if (*limit > kCardinalityMax) return bad_data("limit must not exceed " + std::to_string(kCardinalityMax));
  return *limit;
}

std::string counts_json(const std::vector<storage::NameCount>& counts) {
  std::string out = "[";
  for (const storage::NameCount& count : counts) {
    if (&count != &counts.front()) out += ',';
    out += json::Object().text("name", count.name).number("value", static_cast<std::int64_t>(count.value)).done();
  }
  return out + "]";
}

std::string head_json(const storage::TenantStats& stats) {
  return json::Object()
      .number("numSeries", static_cast<std::int64_t>(stats.series))
      .number("numLabelPairs", static_cast<std::int64_t>(stats.label_pairs))
      .number("chunkCount", static_cast<std::int64_t>(stats.active_series))  // one open frame each
      .number("minTime", stats.min_time_ms)
      .number("maxTime", stats.max_time_ms)
      .done();
}

}  // namespace

// No `features`: an object by that name, even an empty one, makes Grafana take us for Mimir with a ruler.
Answer answer_buildinfo(const Call& call) {
  const BuildInfo& build = call.services.build;
  return success(json::Object()
                     .text("version", build.version)
                     .text("revision", build.revision)
                     .text("branch", build.branch)
                     .text("buildUser", build.build_user)
                     .text("buildDate", build.build_date)
                     .text("goVersion", "")
                     .done());
}

// Kiali derives the step and the window of every chart from the scrape interval.
Answer answer_config(const Call& call) {
  const std::string interval = duration_of(call.pass.limits().query.scrape_interval_ms);
  return success(
      json::Object()
          .text("yaml", "global:\n  scrape_interval: " + interval + "\n  evaluation_interval: " + interval + "\n")
          .done());
}

Answer answer_flags(const Call& call) {
  json::Object flags;
  for (const auto& [name, value] : call.services.flags) flags.text(name, value);
  return success(flags.done());
}

// Kiali fails the whole answer over a time that is not RFC 3339, an empty string included.
Answer answer_runtimeinfo(const Call& call) {
  const RuntimeInfo& runtime = call.services.runtime;
  const std::int64_t loaded_ms = runtime.config_loaded_ms();
  return success(json::Object()
                     .text("startTime", rfc3339(runtime.start_ms))
                     .text("CWD", working_directory())
                     .text("hostname", host_name())
                     .text("serverTime", rfc3339(call.services.clock.now_ms()))
                     .boolean("reloadConfigSuccess", runtime.config_ok())
                     .text("lastConfigTime", rfc3339(loaded_ms == 0 ? runtime.start_ms : loaded_ms))
                     .number("corruptionCount", 0)
                     .number("goroutineCount", 0)
                     .number("GOMAXPROCS", std::thread::hardware_concurrency())
                     .number("GOMEMLIMIT", 0)
                     .text("GOGC", "")
                     .text("GODEBUG", "")
                     .text("storageRetention", duration_of(call.pass.limits().storage.retention_ms))
                     .done());
}

Answer answer_tsdb(const Call& call) {
  const auto limit = read_cardinality_limit(call.form);
  if (!limit) return tl::unexpected(limit.error());
  const auto counts = call.services.tsdb.cardinality(call.tenant(), static_cast<std::size_t>(*limit));
  return success(json::Object()
                     .raw("headStats", head_json(call.services.tsdb.tenant_stats(call.tenant())))
                     .raw("seriesCountByMetricName", counts_json(counts.series_by_metric))
                     .raw("labelValueCountByLabelName", counts_json(counts.label_values_by_name))
                     .raw("memoryInBytesByLabelName", counts_json(counts.memory_by_name))
                     .raw("seriesCountByLabelValuePair", counts_json(counts.series_by_pair))
                     .done());
}

}  // namespace sluice::server::query
