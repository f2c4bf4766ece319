#include "promql/engine/evaluation.h"

#include <algorithm>

#include "promql/engine/edge_points.h"
#include "promql/exec/build.h"
#include "promql/exec/series_merge.h"
#include "promql/histogram/float_histogram.h"
#include "promql/value/failure.h"
#include "proto/model/sample.h"

namespace sluice::promql {
namespace {

using Clock = std::chrono::steady_clock;

ExecOptions exec_options(const EngineOptions& options, const QueryRequest& request, const StepGrid& grid) {
  ExecOptions exec;
  exec.lookback_ms = request.lookback_ms.value_or(options.lookback_ms);
  exec.samples_max = options.samples_max;
  exec.memory_bytes_max = options.memory_bytes_max;
  exec.series_max = options.series_max;
  exec.name_removal = options.delayed_name_removal ? NameRemoval::delayed : NameRemoval::immediate;
  exec.use_start_timestamps = options.use_start_timestamps;
  exec.batch_series = std::max<std::size_t>(1, options.batch_series);
  exec.threads = std::max<std::size_t>(1, options.threads);
  exec.query_grid = grid;
  exec.query_end_ms = request.instant ? request.start_ms : request.end_ms;
  exec.query_step_ms = request.instant ? 0 : request.step_ms;
  exec.instant = request.instant;
  exec.per_step_stats = request.per_step_stats;
  exec.keeper = request.keeper;
  return exec;
}

void add_point(ResultSeries& series, const Batch& rows, std::size_t row, std::size_t step, std::int64_t time_ms) {
  if (rows.histogram(row, step) != nullptr)
    series.histograms.push_back({time_ms, rows.histogram_ptr(row, step)});
  else
    series.floats.push_back({time_ms, rows.values(row)[step]});
}

// One query in flight. The context outlives the answer: label views point into it.
class Evaluation {
 public:
  Evaluation(const Plan& plan, std::shared_ptr<QueryContext> context, const QueryRequest& request, StepGrid grid)
      : plan_(plan), context_(std::move(context)), request_(request), grid_(grid) {}

  Result<QueryResult> run() {
    const auto started = Clock::now();
    QueryResult result;
    auto done = fill(result);
    if (!done) return tl::unexpected(done.error());
    const QueryContext& context = *context_;
    result.warnings = context_->annotations().warnings(request_.text);
    result.infos = context_->annotations().infos(request_.text);
    const ReadStats& read = context_->stats();
    result.stats.total_queryable_samples = read.queryable_samples;
    result.stats.samples_read = read.samples_read;
    result.stats.queryable_per_step = read.queryable_per_step;
    if (request_.per_step_stats) result.stats.queryable_per_step.resize(grid_.count);
    result.stats.peak_samples = context.peak_samples();
    result.stats.inner_eval_seconds = std::chrono::duration<double>(Clock::now() - started).count();
    result.symbols = std::shared_ptr<const SymbolSource>(context_, &context_->symbols());
    result.keep_alive = context_;
    return result;
  }

 private:
  Result<void> fill(QueryResult& result) {
    if (auto fits = context_->check_steps(grid_); !fits) return fits;
    switch (type_of(plan_)) {
      case ValueType::scalar: return scalar(result);
      case ValueType::string:
        result.value = StringResult{grid_.start_ms, as<StringLiteral>(*plan_.expr).value};
        return {};
      case ValueType::matrix: return samples(result);
      case ValueType::vector:
      case ValueType::none: break;
    }
    return vector(result);
  }

  Result<void> scalar(QueryResult& result) {
    auto values = evaluate_scalar(plan_, grid_, *context_);
    if (!values) return tl::unexpected(values.error());
    if (request_.instant) {
      result.value = ScalarResult{grid_.start_ms, values->at(0)};
      return {};
    }
    ResultSeries series;
    for (std::size_t step = 0; step < grid_.count; ++step) series.floats.push_back({grid_.at(step), (*values)[step]});
    MatrixResult matrix;
    matrix.series.push_back(std::move(series));
    result.value = std::move(matrix);
    return {};
  }

  Result<void> vector(QueryResult& result) {
    auto from = build_series(plan_, grid_, *context_);
    if (!from) return tl::unexpected(from.error());
    Batch rows;
    if (auto done = collect(**from, *context_, rows, grid_.count); !done) return done;
    if (context_->labels().delayed())
      if (auto done = remove_names(rows); !done) return done;
    std::vector<ResultSeries> series;
    series.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row)
      if (!rows.labels(row).companion) series.push_back(series_of(rows, row));
    if (request_.instant)
      result.value = VectorResult{std::move(series)};
    else
      result.value = MatrixResult{sorted(std::move(series), result)};
    return {};
  }

  ResultSeries series_of(const Batch& rows, std::size_t row) const {
    ResultSeries one;
    one.labels = context_->labels().answer(rows.labels(row));
    const bool has_companion = row + 1 < rows.rows() && rows.labels(row + 1).companion;
    for_each_bit(rows.present(row), rows.words(), [&](std::size_t step) {
      const bool both = has_companion && rows.has(row + 1, step);
      if (both) add_point(one, rows, row + 1, step, grid_.at(step));
      if (!both || !request_.instant)
        add_point(one, rows, row, step, grid_.at(step));  // a vector has one: the histogram
    });
    return one;
  }

  // The end of delayed mode: marked names go, and what is equal then is one series if its samples do not collide.
  Result<void> remove_names(Batch& rows) {
    const bool any_marked = [&] {
      for (std::size_t row = 0; row < rows.rows(); ++row)
        if (rows.labels(row).drop != Drop::none) return true;
      return false;
    }();
    if (!any_marked) return refuse_equal(rows);
    SeriesMerge merge(*context_, grid_.count);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      const SeriesLabels labels{context_->labels().answer(rows.labels(row)), Drop::none};
      if (auto done = merge.add(labels, rows, row); !done) return done;
    }
    merge.hand_out(rows);
    return {};
  }
  Result<void> refuse_equal(const Batch& rows) {
    KeyTable seen;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      if (rows.labels(row).companion) continue;
      bool added = false;
      seen.find_or_add(context_->labels().visible_key(rows.labels(row)), &added);
      if (!added) return duplicate_labels();
    }
    return {};
  }

  // A bare range selector or subquery: the samples themselves, with their own times.
  Result<void> samples(QueryResult& result) {
    auto reader = open_samples(plan_, grid_, *context_);
    if (!reader) return tl::unexpected(reader.error());
    const Plan& plan = unwrapped(plan_);
    const std::int64_t until = plan.times.reference(grid_.start_ms), after = until - plan.times.range_ms;
    const Edge edge =
        plan.kind == PlanKind::range_selector ? edge_of(*as<MatrixSelector>(*plan.expr).selector) : Edge::none;
    std::vector<ResultSeries> series;
    SampleBlock block;
    for (;;) {
      const auto more = (*reader)->next(block);
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      std::uint64_t points = 0;
      for (std::size_t i = 0; i < block.series.size(); ++i) {
        auto read = edge == Edge::none ? points_between(block.series[i], after, until)
                                       : edge_points(block.series[i], after, until, edge);
        if (!read) return tl::unexpected(read.error());
        ResultSeries& one = *read;
        if (one.floats.empty() && one.histograms.empty()) continue;
        one.labels = context_->labels().answer(block.labels[i]);
        points += one.floats.size();
        for (const auto& point : one.histograms) points += weight_of(*point.histogram);
        series.push_back(std::move(one));
      }
      if (unwrapped(plan_).kind != PlanKind::subquery) {  // whose samples have been counted inside
        context_->stats().merge(
            {points, points, request_.per_step_stats ? std::vector{points} : std::vector<std::uint64_t>()});
      }
      if (auto held = context_->hold(points, points * sizeof(FloatPoint)); !held) return held;
    }
    auto all = sorted(std::move(series), result);
    if (context_->labels().delayed())
      if (auto done = merge_equal(all); !done) return done;
    result.value = MatrixResult{std::move(all)};
    return {};
  }

  // Of samples with their own times: series that only their names had told apart.
  Result<void> merge_equal(std::vector<ResultSeries>& series) const {
    std::vector<ResultSeries> merged;
    for (ResultSeries& one : series) {
      if (merged.empty() || compare(merged.back().labels, one.labels, context_->symbols()) != 0)
        merged.push_back(std::move(one));
      else if (!(merge_points(merged.back().floats, one.floats) &&
                 merge_points(merged.back().histograms, one.histograms)))
        return duplicate_labels();
    }
    series = std::move(merged);
    return {};
  }

  // False: two have one time.
  template <class Point>
  static bool merge_points(std::vector<Point>& points, const std::vector<Point>& more) {
    points.insert(points.end(), more.begin(), more.end());
    const auto earlier = [](const Point& a, const Point& b) { return a.timestamp_ms < b.timestamp_ms; };
    const auto together = [](const Point& a, const Point& b) { return a.timestamp_ms == b.timestamp_ms; };
    std::sort(points.begin(), points.end(), earlier);
    return std::adjacent_find(points.begin(), points.end(), together) == points.end();
  }

  static Result<ResultSeries> points_between(const SeriesSamples& samples, std::int64_t after, std::int64_t until) {
    ResultSeries one;
    for (std::size_t k = 0; k < samples.timestamps_ms.size(); ++k) {
      const std::int64_t ms = samples.timestamps_ms[k];
      if (ms > after && ms <= until && !is_stale_nan(samples.values[k])) one.floats.push_back({ms, samples.values[k]});
    }
    for (const HistogramPoint& p : samples.histograms)
      if (p.timestamp_ms > after && p.timestamp_ms <= until && !is_stale_nan(p.histogram->sum))
        one.histograms.push_back({p.timestamp_ms, std::make_shared<const Histogram>(*p.histogram)});
    return one;
  }

  std::vector<ResultSeries> sorted(std::vector<ResultSeries> series, QueryResult& result) {
    const auto started = Clock::now();
    std::sort(series.begin(), series.end(), [&](const ResultSeries& a, const ResultSeries& b) {
      return compare(a.labels, b.labels, context_->symbols()) < 0;
    });
    result.stats.sort_seconds = std::chrono::duration<double>(Clock::now() - started).count();
    return series;
  }

  const Plan& plan_;
  const std::shared_ptr<QueryContext> context_;
  const QueryRequest& request_;
  const StepGrid grid_;
};

}  // namespace

Result<QueryResult> evaluate(const Plan& plan, std::shared_ptr<const SeriesSource> source, const QueryRequest& request,
                             const EngineOptions& options, const StepGrid& grid) {
  auto context = std::make_shared<QueryContext>(std::move(source), exec_options(options, request, grid), request.stop,
                                                request.deadline);
  return Evaluation(plan, std::move(context), request, grid).run();
}

}  // namespace sluice::promql
