// promql/engine/engine.h
//
// Room: promql/engine. The only door of promql that server opens: text in, values out.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "promql/syntax/parser.h"
#include "proto/base/error.h"
#include "proto/model/series_source.h"

namespace sluice::promql {

class RowKeeper;  // exec/row_keeper.h

struct EngineOptions {
  ParserOptions parser;
  std::int64_t lookback_ms = 5 * 60 * 1000;
  std::int64_t default_subquery_step_ms = 60 * 1000;
  std::uint64_t samples_max = 50'000'000;               // held at once, as Prometheus counts them
  std::uint64_t memory_bytes_max = 2ULL << 30;          // per query, charged as it is allocated
  std::uint64_t series_max = 5'000'000;                 // selected by one query
  bool delayed_name_removal = false;
  bool use_start_timestamps = false;
  std::size_t batch_series = 64;  // series read at once; tests use 2
  std::size_t threads = 1;        // the answer's bits do not depend on it
};

struct FloatPoint {
  std::int64_t timestamp_ms = 0;
  double value = 0;
};
struct OwnedHistogramPoint {
  std::int64_t timestamp_ms = 0;
  std::shared_ptr<const Histogram> histogram;
};

struct ScalarResult { std::int64_t timestamp_ms = 0; double value = 0; };
struct StringResult { std::int64_t timestamp_ms = 0; std::string value; };
struct ResultSeries {  // vector: exactly one point in one of the lists
  LabelsView labels;   // text through QueryResult::symbols
  std::vector<FloatPoint> floats;
  std::vector<OwnedHistogramPoint> histograms;
};
struct VectorResult { std::vector<ResultSeries> series; };  // in evaluation order
struct MatrixResult { std::vector<ResultSeries> series; };  // sorted by labels

struct QueryStats {
  std::uint64_t total_queryable_samples = 0;
  std::uint64_t samples_read = 0;
  std::uint64_t peak_samples = 0;
  std::vector<std::uint64_t> queryable_per_step;  // only when asked for
  double eval_seconds = 0, preparation_seconds = 0, inner_eval_seconds = 0, sort_seconds = 0;
};

struct QueryResult {
  std::variant<ScalarResult, StringResult, VectorResult, MatrixResult> value;
  std::vector<std::string> warnings, infos;      // complete texts with positions, unique
  QueryStats stats;
  std::shared_ptr<const SymbolSource> symbols;   // of every LabelsView above
  std::shared_ptr<const void> keep_alive;        // what the views point into
};

struct QueryRequest {
  std::string text;
  std::int64_t start_ms = 0, end_ms = 0;
  std::int64_t step_ms = 0;      // 0 and start == end: an instant query
  bool instant = true;
  std::optional<std::int64_t> lookback_ms;  // nullopt: the engine's default
  bool per_step_stats = false;
  RowKeeper* keeper = nullptr;   // where rows of aggregations are kept; borrowed; nullptr: nowhere
  std::stop_token stop;          // cancellation: polled per batch
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

// Thread safety: execute() may be called from any number of threads.
// Errors: invalid_argument (parse, types), limit_exceeded, unprocessable and unsupported (422 for HTTP), timed_out,
// cancelled; the texts are Prometheus's. A query that exhausts the process's memory is limit_exceeded, too: it ends, and
// what it held is free again.
class Engine {
 public:
  explicit Engine(EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  const EngineOptions& options() const { return options_; }
  Result<QueryResult> execute(std::shared_ptr<const SeriesSource> source, const QueryRequest& request) const;

 private:
  Result<QueryResult> answer(std::shared_ptr<const SeriesSource> source, const QueryRequest& request) const;

  const EngineOptions options_;
};

}  // namespace sluice::promql
