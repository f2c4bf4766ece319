// tests/promql/engine/naive_model.h
//
// A core of PromQL, evaluated step by step over maps of strings: slow, and simple enough to be believed. Floats only,
// names removed at once, no errors: where the engine refuses, the model is not asked.
#pragma once

#include <map>
#include <vector>

#include "promql/syntax/ast.h"
#include "proto/model/labels.h"
#include "proto/model/sample.h"

namespace sluice::promql::test {

using ModelVector = std::map<Labels, double>;

struct ModelSeries {
  Labels labels;
  std::vector<Sample> samples;  // ascending; stale markers are samples
};

class NaiveModel {
 public:
  explicit NaiveModel(const std::vector<ModelSeries>& series) : series_(series) {}
  ModelVector evaluate(const Expr& expr, std::int64_t now_ms) const;

 private:
  ModelVector selector(const VectorSelector& expr, std::int64_t now_ms) const;
  ModelVector call(const Call& expr, std::int64_t now_ms) const;
  ModelVector aggregation(const Aggregation& expr, std::int64_t now_ms) const;
  ModelVector binary(const Binary& expr, std::int64_t now_ms) const;
  std::vector<ModelSeries> windows(const Expr& expr, std::int64_t now_ms) const;  // range selector or subquery

  const std::vector<ModelSeries>& series_;
};

}  // namespace sluice::promql::test
