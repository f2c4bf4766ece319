#include "tests/promqltest/runner.h"

#include <re2/re2.h>

#include <ostream>

#include "tests/promqltest/at_rewrite.h"
#include "tests/promqltest/nhcb.h"

namespace sluice::promqltest {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

promql::EngineOptions engine_options(const RunOptions& options) {
  promql::EngineOptions engine;
  engine.samples_max = 10'000;
  engine.delayed_name_removal = options.delayed_name_removal;
  engine.use_start_timestamps = true;
  engine.batch_series = options.batch_series;
  engine.threads = options.threads;
  return engine;
}

// An answer that depends on the grid itself is not the same in a range query.
bool depends_on_grid(const std::string& text) {
  static const re2::RE2 kGridFunctions(R"((start|end|range|step)\(\))");
  return re2::RE2::PartialMatch(text, kGridFunctions);
}

// When the pinned form of an instant eval is asked.
std::vector<std::int64_t> other_times(std::int64_t at_ms) {
  if (at_ms == 0) return {-1000, 0, 1000};
  return {-10 * at_ms, 0, at_ms / 5, at_ms, 10 * at_ms};
}

// The samples of a range answer at one of its steps.
std::vector<VectorSample> step_of(const std::vector<MatrixSeries>& matrix, std::int64_t at_ms) {
  std::vector<VectorSample> samples;
  for (const MatrixSeries& series : matrix) {
    for (const auto& point : series.floats)
      if (point.timestamp_ms == at_ms) samples.push_back({series.labels, point.value, nullptr});
    for (const auto& point : series.histograms)
      if (point.timestamp_ms == at_ms) samples.push_back({series.labels, 0, point.histogram});
  }
  return samples;
}

Complaint prefixed(const std::string& prefix, Complaint complaint) {
  return complaint ? Complaint(prefix + *complaint) : std::nullopt;
}

}  // namespace

Runner::Runner(const RunOptions& options, World& world, std::ostream& out)
    : engine_(engine_options(options)), world_(world), out_(out) {}

Tally Runner::run(const Script& script) {
  world_.clear();
  Tally tally;
  for (const Command& command : script.commands) {
    Complaint complaint;
    if (std::holds_alternative<Clear>(command.what)) world_.clear();
    if (const auto* wanted = std::get_if<Load>(&command.what)) complaint = load(*wanted);
    if (const auto* wanted = std::get_if<Eval>(&command.what)) {
      complaint = eval(*wanted);
      if (!complaint) ++tally.passed;
    }
    if (!complaint) continue;
    ++tally.failed;
    out_ << script.name << ":" << command.line << ": " << *complaint << "\n";
  }
  return tally;
}

Complaint Runner::load(const Load& load) {
  for (const SeriesLoad& series : load.series)
    if (auto complaint = load_series(series, load.step_ms)) return complaint;
  if (load.with_nhcb)
    if (auto complaint = load_custom_buckets(load)) return complaint;
  const auto finished = world_.finish_load();
  return finished ? std::nullopt : Complaint("load: " + finished.error().detail());
}

Complaint Runner::load_series(const SeriesLoad& series, std::int64_t step_ms) {
  for (std::size_t k = 0; k < series.line.values.size(); ++k) {
    const SequenceValue& value = series.line.values[k];
    if (value.omitted) continue;
    const std::int64_t at = static_cast<std::int64_t>(k) * step_ms;
    const auto offset = series.start_offsets_ms.empty() ? std::nullopt : series.start_offsets_ms[k];
    const std::int64_t start = offset ? at + *offset : 0;
    const auto stored = world_.append(series.line.labels, {at, value.value, value.histogram, start});
    if (!stored) return "load: " + series.line.labels.text() + ": " + stored.error().detail();
  }
  return std::nullopt;
}

Complaint Runner::load_custom_buckets(const Load& load) {
  const auto converted = to_custom_buckets(load);
  if (!converted) return "load_with_nhcb: " + converted.error().detail();
  for (const auto& [labels, histograms] : *converted)
    for (const TimedHistogram& sample : histograms) {
      const auto histogram = std::make_shared<const Histogram>(sample.histogram);
      if (const auto stored = world_.append(labels, {sample.timestamp_ms, 0, histogram, 0}); !stored)
        return "load_with_nhcb: " + labels.text() + ": " + stored.error().detail();
    }
  return std::nullopt;
}

Complaint Runner::eval(const Eval& eval) { return eval.range ? eval_range(eval) : eval_instant(eval); }

Result<promql::QueryResult> Runner::ask(const std::string& text, const TimeGrid& time, bool instant) const {
  promql::QueryRequest request;
  request.text = text;
  request.start_ms = time.start_ms;
  request.end_ms = time.end_ms;
  request.step_ms = time.step_ms;
  request.instant = instant;
  return engine_.execute(world_.source(), request);
}

Complaint Runner::judge_failure(const Eval& eval, const std::string& text, const Error& error) const {
  if (!eval.failure) return text + ": " + error.detail();
  if (matches(*eval.failure, error.detail())) return std::nullopt;
  return text + ": expected the error '" + eval.failure->text + "', got '" + error.detail() + "'";
}

Complaint Runner::eval_range(const Eval& eval) {
  const auto result = ask(eval.expression, eval.time, false);
  if (!result) return judge_failure(eval, eval.expression, result.error());
  if (eval.failure) return eval.expression + ": expected an error, got a result";
  if (auto complaint = prefixed(eval.expression + ": ", compare_annotations(eval, *result))) return complaint;
  if (eval.ordered) return eval.expression + ": a range query has no order to expect";
  return prefixed(eval.expression + ": ", compare_matrix(eval, eval.time, matrix_of(*result)));
}

Complaint Runner::eval_instant(const Eval& eval) {
  const std::int64_t at_ms = eval.time.start_ms;
  auto expr = promql::parse(eval.expression);
  if (!expr) return eval.expression + ": " + expr.error().detail();
  if (auto complaint = eval_instant_at(eval, eval.expression, at_ms)) return complaint;
  const auto pinned = pinned_text(**expr, at_ms);
  if (!pinned) return std::nullopt;
  for (const std::int64_t time : other_times(at_ms))
    if (auto complaint = eval_instant_at(eval, *pinned, time))
      return "pinned, at " + std::to_string(time) + "ms: " + *complaint;
  return std::nullopt;
}

Complaint Runner::eval_instant_at(const Eval& eval, const std::string& text, std::int64_t at_ms) {
  const auto result = ask(text, {at_ms, at_ms, 0}, true);
  if (!result) return judge_failure(eval, text, result.error());
  if (eval.failure) return text + ": expected an error, got a result";
  if (auto complaint = prefixed(text + ": ", compare_annotations(eval, *result))) return complaint;
  if (auto complaint = prefixed(text + ": ", compare_instant(eval, *result))) return complaint;
  if (eval.range_vector || eval.string || depends_on_grid(text)) return std::nullopt;
  return prefixed(text + " (as range query around " + std::to_string(at_ms) + "ms): ",
                  eval_as_range(eval, text, at_ms));
}

Complaint Runner::compare_instant(const Eval& eval, const promql::QueryResult& result) {
  if (const auto* scalar = std::get_if<promql::ScalarResult>(&result.value)) return compare_scalar(eval, scalar->value);
  if (const auto* string = std::get_if<promql::StringResult>(&result.value)) {
    if (!eval.string) return "unexpected string '" + string->value + "'";
    if (*eval.string == string->value) return std::nullopt;
    return "expected '" + *eval.string + "', got '" + string->value + "'";
  }
  if (eval.string) return "expected a string";
  if (std::holds_alternative<promql::MatrixResult>(result.value)) {
    if (!eval.range_vector) return "got a range vector, which is not expected";
    return compare_matrix(eval, *eval.range_vector, matrix_of(result));
  }
  if (eval.range_vector) return "expected a range vector";
  return compare_vector(eval, vector_of(result), eval.ordered);
}

// The middle step of a range query must say what the instant query said.
Complaint Runner::eval_as_range(const Eval& eval, const std::string& text, std::int64_t at_ms) {
  const auto result = ask(text, {at_ms - kMinuteMs, at_ms + kMinuteMs, kMinuteMs}, false);
  if (!result) return result.error().detail();
  if (eval.ordered) return std::nullopt;
  const auto samples = step_of(matrix_of(*result), at_ms);
  if (!eval.scalar) return compare_vector(eval, samples, false);
  if (samples.size() != 1) return "expected one series, got " + std::to_string(samples.size());
  return compare_scalar(eval, samples[0].value);
}

}  // namespace sluice::promqltest
