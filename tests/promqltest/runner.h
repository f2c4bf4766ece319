// tests/promqltest/runner.h
//
// Runs a script against promql::Engine over a World, with Prometheus's own settings for its scripts.
#pragma once

#include <iosfwd>
#include <memory>

#include "promql/engine/engine.h"
#include "tests/promqltest/compare.h"
#include "tests/promqltest/script.h"
#include "tests/promqltest/world.h"

namespace sluice::promqltest {

struct RunOptions {
  std::size_t batch_series = 64;
  std::size_t threads = 1;
  bool delayed_name_removal = true;  // as Prometheus's own scripts assume; the server's default is false
};

struct Tally {
  std::size_t passed = 0, failed = 0;
  void add(const Tally& other) { passed += other.passed, failed += other.failed; }
};

class Runner {
 public:
  Runner(const RunOptions& options, World& world, std::ostream& out);

  // Prints each failing eval with file, line and reason. A load that fails counts as a failed eval.
  Tally run(const Script& script);

 private:
  Complaint load(const Load& load);
  Complaint load_series(const SeriesLoad& series, std::int64_t step_ms);
  Complaint load_custom_buckets(const Load& load);

  Complaint eval(const Eval& eval);
  Complaint eval_range(const Eval& eval);
  Complaint eval_instant(const Eval& eval);
  Complaint eval_instant_at(const Eval& eval, const std::string& text, std::int64_t at_ms);
  Complaint compare_instant(const Eval& eval, const promql::QueryResult& result);
  Complaint eval_as_range(const Eval& eval, const std::string& text, std::int64_t at_ms);
  Complaint judge_failure(const Eval& eval, const std::string& text, const Error& error) const;
  Result<promql::QueryResult> ask(const std::string& text, const TimeGrid& time, bool instant) const;

  const promql::Engine engine_;
  World& world_;
  std::ostream& out_;
};

}  // namespace sluice::promqltest
