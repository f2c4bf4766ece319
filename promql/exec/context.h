// promql/exec/context.h
//
// Room: promql/exec. What all operators of one query share: the data, the symbols, the rules about labels, the limits,
// and whoever may end the query early.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "promql/exec/row_keeper.h"
#include "promql/value/annotations.h"
#include "promql/value/grid.h"
#include "promql/value/label_set.h"
#include "proto/base/error.h"
#include "proto/model/series_source.h"

namespace sluice::promql {

struct ExecOptions {
  std::int64_t lookback_ms = 5 * 60 * 1000;
  std::uint64_t samples_max = 50'000'000;
  std::uint64_t memory_bytes_max = 2ULL << 30;
  std::uint64_t series_max = 5'000'000;
  NameRemoval name_removal = NameRemoval::immediate;
  bool use_start_timestamps = false;
  std::size_t batch_series = 64;
  std::size_t threads = 1;
  StepGrid query_grid;             // of the whole query: start()
  std::int64_t query_end_ms = 0;   // as asked: end(); the last step may come before it
  std::int64_t query_step_ms = 0;  // step()
  bool instant = true;
  bool per_step_stats = false;
  RowKeeper* keeper = nullptr;  // nullptr: every step is evaluated
};

struct ReadStats {
  std::uint64_t queryable_samples = 0, samples_read = 0;
  std::vector<std::uint64_t> queryable_per_step;
  void merge(const ReadStats& other);
};

class CommonReadings;

class QueryContext {
 public:
  QueryContext(std::shared_ptr<const SeriesSource> source, const ExecOptions& options, std::stop_token stop,
               std::chrono::steady_clock::time_point deadline);
  QueryContext(const QueryContext&) = delete;
  QueryContext& operator=(const QueryContext&) = delete;
  ~QueryContext();

  const ExecOptions& options() const { return options_; }
  QuerySymbols& symbols() { return symbols_; }
  const QuerySymbols& symbols() const { return symbols_; }
  LabelRules& labels() { return rules_; }
  Annotations& annotations() { return annotations_; }
  ReadStats& stats() { return stats_; }
  RowKeeper* keeper() const { return options_.keeper; }
  CommonReadings& readings() { return *readings_; }
  std::uint64_t peak_samples() const { return peak_samples_; }

  // cancelled or timed_out. Called once per batch. Thread-safe.
  Result<void> poll() const;
  // The set lives as long as the query; who selects the same again gets the same. limit_exceeded: too many series.
  Result<const SeriesSet*> select(std::span<const Matcher> matchers, TimeRangeMs range);
  // How many series a batch of this many steps should have: fewer when steps are many, so that a batch stays small.
  std::size_t batch_series(std::size_t steps) const;
  // limit_exceeded: not even one series of so many steps fits into the query's memory.
  Result<void> check_steps(const StepGrid& grid) const;
  // Memory and samples that an operator keeps; nothing is given back before the query ends.
  Result<void> hold(std::uint64_t samples, std::uint64_t bytes);
  // For what the query could do without. False, and nothing is charged: it would take more than half of the limit.
  bool hold_if_roomy(std::uint64_t bytes);

 private:
  struct Selection {
    std::vector<Matcher> matchers;
    TimeRangeMs range;
    std::unique_ptr<SeriesSet> set;
  };
  const SeriesSet* selected(std::span<const Matcher> matchers, TimeRangeMs range) const;  // nullptr: not yet

  const std::shared_ptr<const SeriesSource> source_;
  const ExecOptions options_;
  const std::stop_token stop_;
  const std::chrono::steady_clock::time_point deadline_;
  QuerySymbols symbols_;
  LabelRules rules_;
  Annotations annotations_;
  ReadStats stats_;
  std::vector<Selection> selections_;
  const std::unique_ptr<CommonReadings> readings_;
  std::uint64_t series_selected_ = 0, samples_held_ = 0, bytes_held_ = 0, peak_samples_ = 0;
};

}  // namespace sluice::promql
