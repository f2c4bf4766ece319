// tests/promql/engine/world.h
//
// A small world to ask questions of: series written as in Prometheus's test scripts, answers as text.
#pragma once

#include <cmath>
#include <sstream>

#include "promql/engine/engine.h"
#include "promql/histogram/float_histogram.h"
#include "promql/value/go_number.h"
#include "tests/support/memory_source.h"

namespace sluice::promql::test {

class World {
 public:
  World() : source_(std::make_shared<sluice::test::MemorySource>()) {}

  // `values` are one per `step_ms` from 0 on; NAN leaves a gap.
  World& load(const std::string& metric, std::vector<double> values, std::int64_t step_ms = 60'000) {
    const Labels labels = parse_metric(metric).value();
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!std::isnan(values[i])) source_->add(labels, static_cast<std::int64_t>(i) * step_ms, values[i]);
    return *this;
  }
  sluice::test::MemorySource& source() { return *source_; }
  EngineOptions options;

  Result<QueryResult> instant(const std::string& text, std::int64_t at_ms) const {
    QueryRequest request;
    request.text = text;
    request.start_ms = request.end_ms = at_ms;
    return Engine(options).execute(source_, request);
  }
  Result<QueryResult> range(const std::string& text, std::int64_t from, std::int64_t to, std::int64_t step) const {
    QueryRequest request;
    request.text = text;
    request.instant = false;
    request.start_ms = from;
    request.end_ms = to;
    request.step_ms = step;
    return Engine(options).execute(source_, request);
  }

  // One line per series: `{labels} value@seconds ...`; errors as `error: text`.
  static std::string text(const Result<QueryResult>& result) {
    if (!result) return "error: " + result.error().detail();
    std::ostringstream out;
    const auto series = [&](const std::vector<ResultSeries>& all) {
      for (const ResultSeries& s : all) {
        out << to_labels(s.labels, *result->symbols).text();
        for (const FloatPoint& p : s.floats)
          out << ' ' << plain_number(p.value) << '@' << static_cast<double>(p.timestamp_ms) / 1000;
        for (const OwnedHistogramPoint& p : s.histograms)
          out << ' ' << promql::text(*p.histogram) << '@' << static_cast<double>(p.timestamp_ms) / 1000;
        out << '\n';
      }
    };
    if (const auto* v = std::get_if<VectorResult>(&result->value)) series(v->series);
    if (const auto* m = std::get_if<MatrixResult>(&result->value)) series(m->series);
    if (const auto* s = std::get_if<ScalarResult>(&result->value)) out << plain_number(s->value);
    if (const auto* s = std::get_if<StringResult>(&result->value)) out << s->value;
    return out.str();
  }
  std::string ask(const std::string& query, std::int64_t at_ms) const { return text(instant(query, at_ms)); }

 private:
  std::shared_ptr<sluice::test::MemorySource> source_;
};

}  // namespace sluice::promql::test
