// promql/func/statistics.h
//
// Room: promql/func. Numbers about numbers, as Prometheus computes them (contract 3.12).
#pragma once

#include <span>
#include <vector>

namespace sluice::promql {

// The mean: a plain Kahan sum while it stays finite, an incremental mean from the value on that would overflow it.
// Used by avg and avg_over_time alike.
class Mean {
 public:
  void add(double x);
  double value() const;
  double count() const { return count_; }

 private:
  double sum_ = 0, compensation_ = 0, mean_ = 0, count_ = 0;
  bool incremental_ = false;
};

// Sorts `values`. Empty or NaN q: NaN; below 0: -Inf; above 1: +Inf.
double quantile(double q, std::vector<double>& values);

// Population variance over time, compensated Welford.
double variance(std::span<const double> values);

}  // namespace sluice::promql
