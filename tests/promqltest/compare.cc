#include "tests/promqltest/compare.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "proto/model/sample.h"
#include "tests/promqltest/describe.h"
#include "tests/support/histogram_model.h"

namespace sluice::promqltest {
namespace {

constexpr double kEpsilon = 1e-6;

using test::BucketCounts;

BucketCounts compact(const std::vector<BucketSpan>& spans, const std::vector<double>& buckets) {
  return test::without_empty(test::counts_of(spans, buckets));
}

bool buckets_equal(const BucketCounts& a, const BucketCounts& b) {
  const auto equal = [](const auto& x, const auto& y) {
    return x.first == y.first && almost_equal(x.second, y.second);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
}

std::map<Labels, const SeriesLine*> by_labels(const std::vector<SeriesLine>& lines) {
  std::map<Labels, const SeriesLine*> found;
  for (const SeriesLine& line : lines) found.emplace(line.labels, &line);
  return found;
}

// The series that are expected and were not answered.
template <class Got>
Complaint find_missing(const std::vector<SeriesLine>& expected, const Got& got) {
  for (const SeriesLine& line : expected) {
    const auto same = [&](const auto& series) { return series.labels == line.labels; };
    if (std::none_of(got.begin(), got.end(), same)) return "expected " + line.labels.text() + " is not in the result";
  }
  return std::nullopt;
}

Complaint compare_sample(const SequenceValue& expected, const VectorSample& got) {
  const std::string difference =
      got.labels.text() + ": expected " + describe(expected) + ", got " + describe(got.value, got.histogram.get());
  if (static_cast<bool>(expected.histogram) != static_cast<bool>(got.histogram)) return difference;
  const bool equal = expected.histogram ? histograms_equal(*expected.histogram, expected.hint_given, *got.histogram)
                                        : almost_equal(expected.value, got.value);
  return equal ? std::nullopt : Complaint(difference);
}

struct ExpectedPoints {
  std::vector<std::pair<std::int64_t, double>> floats;
  std::vector<std::pair<std::int64_t, const SequenceValue*>> histograms;
};

ExpectedPoints points_of(const SeriesLine& line, const TimeGrid& grid) {
  ExpectedPoints points;
  for (std::size_t k = 0; k < line.values.size(); ++k) {
    const SequenceValue& value = line.values[k];
    const std::int64_t timestamp = grid.start_ms + static_cast<std::int64_t>(k) * grid.step_ms;
    if (value.histogram) {
      points.histograms.emplace_back(timestamp, &value);
    } else if (!value.omitted) {
      points.floats.emplace_back(timestamp, value.value);
    }
  }
  return points;
}

Complaint compare_series(const SeriesLine& line, const TimeGrid& grid, const MatrixSeries& got) {
  const ExpectedPoints expected = points_of(line, grid);
  const auto same_float = [](const auto& e, const promql::FloatPoint& p) {
    return e.first == p.timestamp_ms && almost_equal(e.second, p.value);
  };
  const auto same_histogram = [](const auto& e, const promql::OwnedHistogramPoint& p) {
    return e.first == p.timestamp_ms && histograms_equal(*e.second->histogram, e.second->hint_given, *p.histogram);
  };
  const bool equal =
      std::equal(expected.floats.begin(), expected.floats.end(), got.floats.begin(), got.floats.end(), same_float) &&
      std::equal(expected.histograms.begin(), expected.histograms.end(), got.histograms.begin(), got.histograms.end(),
                 same_histogram);
  if (equal) return std::nullopt;
  return line.labels.text() + ": expected " + describe(line, grid) + ", got " + describe(got);
}

Complaint check_texts(const char* kind, const std::vector<TextPattern>& expected, bool none,
                      const std::vector<std::string>& got) {
  if (none && !got.empty()) return std::string("expected no ") + kind + ", got: " + got[0];
  if (expected.empty()) return std::nullopt;
  for (const TextPattern& pattern : expected)
    if (std::none_of(got.begin(), got.end(), [&](const std::string& text) { return matches(pattern, text); }))
      return std::string("expected ") + kind + " '" + pattern.text + "' is missing; got: " + joined(got);
  for (const std::string& text : got)
    if (std::none_of(expected.begin(), expected.end(), [&](const TextPattern& p) { return matches(p, text); }))
      return std::string("unexpected ") + kind + ": " + text;
  return std::nullopt;
}

}  // namespace

bool almost_equal(double a, double b) {
  if (is_stale_nan(a) || is_stale_nan(b)) return is_stale_nan(a) && is_stale_nan(b);
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  constexpr double kSmallest = 0x1p-1022;
  const double sum = std::abs(a) + std::abs(b), difference = std::abs(a - b);
  if (a == 0 || b == 0 || sum < kSmallest) return difference < kEpsilon * kSmallest;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kEpsilon;
}

bool histograms_equal(const Histogram& expected, bool hint_given, const Histogram& got) {
  return expected.schema == got.schema && expected.custom_values == got.custom_values &&
         expected.zero_threshold == got.zero_threshold && (!hint_given || expected.hint == got.hint) &&
         almost_equal(expected.count, got.count) && almost_equal(expected.sum, got.sum) &&
         almost_equal(expected.zero_count, got.zero_count) &&
         buckets_equal(compact(expected.positive_spans, expected.positive_buckets),
                       compact(got.positive_spans, got.positive_buckets)) &&
         buckets_equal(compact(expected.negative_spans, expected.negative_buckets),
                       compact(got.negative_spans, got.negative_buckets));
}

std::vector<VectorSample> vector_of(const promql::QueryResult& result) {
  std::vector<VectorSample> samples;
  for (const promql::ResultSeries& series : std::get<promql::VectorResult>(result.value).series) {
    VectorSample sample{to_labels(series.labels, *result.symbols), 0, nullptr};
    if (series.floats.empty()) {
      sample.histogram = series.histograms.at(0).histogram;
    } else {
      sample.value = series.floats[0].value;
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::vector<MatrixSeries> matrix_of(const promql::QueryResult& result) {
  std::vector<MatrixSeries> matrix;
  for (const promql::ResultSeries& series : std::get<promql::MatrixResult>(result.value).series)
    matrix.push_back({to_labels(series.labels, *result.symbols), series.floats, series.histograms});
  return matrix;
}

Complaint compare_vector(const Eval& eval, const std::vector<VectorSample>& got, bool ordered) {
  if (eval.scalar) return "expected a scalar, got a vector";
  const auto expected = by_labels(eval.series);
  for (std::size_t i = 0; i < got.size(); ++i) {
    const auto at = expected.find(got[i].labels);
    if (at == expected.end())
      return "unexpected " + got[i].labels.text() + " with " + describe(got[i].value, got[i].histogram.get());
    if (ordered && at->second != &eval.series[i])
      return got[i].labels.text() + " is at position " + std::to_string(i + 1) + " of the result, not where expected";
    if (auto complaint = compare_sample(at->second->values[0], got[i])) return complaint;
  }
  if (auto missing = find_missing(eval.series, got)) return missing;
  if (got.size() != expected.size()) return "a series is answered twice";
  return std::nullopt;
}

Complaint compare_matrix(const Eval& eval, const TimeGrid& grid, const std::vector<MatrixSeries>& got) {
  if (eval.scalar) return "expected a scalar, got a matrix";
  const auto by_label_order = [](const MatrixSeries& a, const MatrixSeries& b) { return a.labels < b.labels; };
  if (!std::is_sorted(got.begin(), got.end(), by_label_order)) return "the matrix is not sorted by labels";
  const auto expected = by_labels(eval.series);
  for (const MatrixSeries& series : got) {
    const auto at = expected.find(series.labels);
    if (at == expected.end()) return "unexpected " + series.labels.text() + " with " + describe(series);
    if (auto complaint = compare_series(*at->second, grid, series)) return complaint;
  }
  if (auto missing = find_missing(eval.series, got)) return missing;
  if (got.size() != expected.size()) return "a series is answered twice";
  return std::nullopt;
}

Complaint compare_scalar(const Eval& eval, double got) {
  if (!eval.scalar) return "expected a vector, got the scalar " + describe(got, nullptr);
  if (almost_equal(*eval.scalar, got)) return std::nullopt;
  return "expected " + describe(*eval.scalar, nullptr) + ", got " + describe(got, nullptr);
}

Complaint compare_annotations(const Eval& eval, const promql::QueryResult& result) {
  if (auto complaint = check_texts("warning", eval.warnings, eval.no_warnings, result.warnings)) return complaint;
  return check_texts("info", eval.infos, eval.no_infos, result.infos);
}

bool matches(const TextPattern& pattern, const std::string& text) {
  switch (pattern.kind) {
    case TextPattern::Kind::anything: return true;
    case TextPattern::Kind::message: return text == pattern.text;
    case TextPattern::Kind::regex: return re2::RE2::PartialMatch(text, pattern.text);
  }
  __builtin_unreachable();
}

}  // namespace sluice::promqltest
