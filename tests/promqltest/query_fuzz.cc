// For any query text over a small world of counters, gauges and histograms: no crash, bounded work, and the same
// answer, bit for bit, whatever the size of the batches. Not covered: that the answer is right (see the scripts).
#include <bit>
#include <cstdint>
#include <sstream>
#include <string_view>

#include "promql/engine/engine.h"
#include "tests/promqltest/script.h"
#include "tests/support/memory_source.h"

namespace {

using namespace sluice;
using promql::Engine;
using promql::QueryResult;

constexpr std::string_view kWorld = R"(load 1m
  a_total{x="1", le="1"}    0+1x5 0+1x5
  a_total{x="2", le="+Inf"} 0 3 NaN 5 _x3 stale 7 Inf
  gauge{x="1"}              5 4 3 -2 1e300
  h{x="1"} {{schema:0 sum:1 count:3 buckets:[1 2]}}+{{schema:0 sum:1 count:3 buckets:[1 2]}}x10
  h{x="2"} {{schema:2 sum:1 count:4 z_bucket:1 z_bucket_w:0.1 buckets:[1] n_buckets:[1 1]}}x10
  n{x="1"} {{schema:-53 sum:1 count:3 custom_values:[1 2] buckets:[1 2]}}x4 {{schema:-53 sum:1 count:1 custom_values:[2] buckets:[1]}}x4
  mixed{x="1"} 0 1 {{count:1}} {{count:2 counter_reset_hint:gauge}} 4
  target_info{x="1", job="j", instance="i"} 1x10
)";

std::shared_ptr<test::MemorySource> make_world() {
  auto world = std::make_shared<test::MemorySource>();
  const auto script = promqltest::parse_script("world", kWorld);
  for (const auto& series : std::get<promqltest::Load>(script->commands[0].what).series) {
    std::int64_t at = -60'000;
    for (const auto& value : series.line.values) {
      at += 60'000;
      if (value.omitted) continue;
      const auto stored = value.histogram ? world->append(series.line.labels, at, *value.histogram)
                                          : world->append(series.line.labels, at, value.value);
      if (!stored) __builtin_trap();
    }
  }
  return world;
}

promql::EngineOptions options(std::size_t batch_series) {
  promql::EngineOptions engine;
  engine.parser.text_bytes_max = 500;
  engine.parser.depth_max = 20;
  engine.samples_max = 2'000;
  engine.memory_bytes_max = 4 << 20;
  engine.batch_series = batch_series;
  return engine;
}

// The bits of an answer, as text; histograms by their count and sum.
std::string fingerprint(const Result<QueryResult>& result) {
  std::ostringstream out;
  const auto bits = [&](double value) { out << std::hex << std::bit_cast<std::uint64_t>(value) << ' '; };
  const auto all = [&](const std::vector<promql::ResultSeries>& series) {
    for (const promql::ResultSeries& one : series) {
      out << to_labels(one.labels, *result->symbols).text();
      for (const auto& point : one.floats) bits(point.value);
      for (const auto& point : one.histograms) bits(point.histogram->count), bits(point.histogram->sum);
    }
  };
  if (!result) return result.error().detail();
  if (const auto* v = std::get_if<promql::VectorResult>(&result->value)) all(v->series);
  if (const auto* v = std::get_if<promql::MatrixResult>(&result->value)) all(v->series);
  if (const auto* v = std::get_if<promql::ScalarResult>(&result->value)) bits(v->value);
  if (const auto* v = std::get_if<promql::StringResult>(&result->value)) out << v->value;
  return out.str();
}

void compare(promql::QueryRequest request) {
  static const auto world = make_world();
  static const Engine one_by_one(options(1)), all_at_once(options(64));
  const auto a = one_by_one.execute(world, request), b = all_at_once.execute(world, request);
  if (a && b && fingerprint(a) != fingerprint(b)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  promql::QueryRequest request;
  request.text = std::string(reinterpret_cast<const char*>(data), size);
  request.start_ms = request.end_ms = 330'000;
  compare(request);
  request.instant = false;
  request.start_ms = 0;
  request.end_ms = 600'000;
  request.step_ms = 75'000;
  compare(request);
  return 0;
}
