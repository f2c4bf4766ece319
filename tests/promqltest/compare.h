// tests/promqltest/compare.h
//
// What a query answered against what an eval expects. Every comparison answers why it failed, or nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "promql/engine/engine.h"
#include "tests/promqltest/script.h"

namespace sluice::promqltest {

using Complaint = std::optional<std::string>;

bool almost_equal(double a, double b);  // relative 1e-6; NaN equals NaN, a stale marker only another
bool histograms_equal(const Histogram& expected, bool hint_given, const Histogram& got);

// One sample of an instant answer.
struct VectorSample {
  Labels labels;
  double value = 0;
  std::shared_ptr<const Histogram> histogram;
};
struct MatrixSeries {
  Labels labels;
  std::vector<promql::FloatPoint> floats;
  std::vector<promql::OwnedHistogramPoint> histograms;
};
std::vector<VectorSample> vector_of(const promql::QueryResult& result);
std::vector<MatrixSeries> matrix_of(const promql::QueryResult& result);

Complaint compare_vector(const Eval& eval, const std::vector<VectorSample>& got, bool ordered);
Complaint compare_matrix(const Eval& eval, const TimeGrid& grid, const std::vector<MatrixSeries>& got);
Complaint compare_scalar(const Eval& eval, double got);
Complaint compare_annotations(const Eval& eval, const promql::QueryResult& result);
bool matches(const TextPattern& pattern, const std::string& text);

}  // namespace sluice::promqltest
