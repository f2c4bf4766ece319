#include "server/query/statistics.h"

#include "proto/model/labels.h"
#include "server/query/json/number.h"

namespace sluice::server::query {
namespace {

void append_seconds(std::string& out, std::string_view key, double seconds) {
  out.append(key);
  json::append_number(out, seconds);
}

// `[[t,n],...]`, one entry per step.
void append_per_step(std::string& out, std::string_view key, const std::vector<std::uint64_t>& counts,
                     const promql::QueryRequest& request) {
  out.append(key).append("[");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    out += i == 0 ? "[" : ",[";
    json::append_timestamp(out, request.start_ms + static_cast<std::int64_t>(i) * request.step_ms);
    out += ',';
    json::append_integer(out, static_cast<std::int64_t>(counts[i]));
    out += ']';
  }
  out += "],";
}

void append_count(std::string& out, std::string_view key, std::uint64_t count) {
  out.append(key);
  json::append_integer(out, static_cast<std::int64_t>(count));
}

}  // namespace

std::string statistics_json(std::string_view parameter, const promql::QueryStats& stats, double total_seconds,
                            const promql::QueryRequest& request) {
  std::string out;
  if (parameter.empty()) return out;
  append_seconds(out, ",\"stats\":{\"timings\":{\"evalTotalTime\":", stats.eval_seconds);
  append_seconds(out, ",\"resultSortTime\":", stats.sort_seconds);
  append_seconds(out, ",\"queryPreparationTime\":", stats.preparation_seconds);
  append_seconds(out, ",\"innerEvalTime\":", stats.inner_eval_seconds);
  append_seconds(out, ",\"execQueueTime\":", 0);  // the queue is before the engine: see sluice_query_queue metrics
  append_seconds(out, ",\"execTotalTime\":", total_seconds);
  out += "},\"samples\":{";
  if (request.per_step_stats)
    append_per_step(out, "\"totalQueryableSamplesPerStep\":", stats.queryable_per_step, request);
  append_count(out, "\"totalQueryableSamples\":", stats.total_queryable_samples);
  append_count(out, ",\"samplesRead\":", stats.samples_read);
  append_count(out, ",\"peakSamples\":", stats.peak_samples);
  return out + "}}";
}

void warn_about_statistics(std::string_view parameter, Notices& notices) {
  if (parameter.empty() || parameter == "true" || parameter == "all") return;
  notices.warnings.push_back("value " + go_quoted(parameter) +
                             " for parameter \"stats\" is deprecated and will be rejected in the next major release, "
                             "use \"true\" or \"all\"");
}

}  // namespace sluice::server::query
