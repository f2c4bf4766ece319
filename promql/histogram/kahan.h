// promql/histogram/kahan.h
//
// Room: promql/histogram. Kahan-Neumaier summation exactly as Prometheus does it (no fused multiply-add, no reordering): the one
// sum of the house.
#pragma once

#include <cmath>

namespace sluice::promql {

inline void kahan_add(double x, double& sum, double& compensation) {
  const double t = sum + x;
  if (std::isinf(t)) {
    compensation = 0;
  } else if (std::fabs(sum) >= std::fabs(x)) {
    compensation += (sum - t) + x;
  } else {
    compensation += (x - t) + sum;
  }
  sum = t;
}

struct KahanSum {
  double sum = 0, compensation = 0;
  void add(double x) { kahan_add(x, sum, compensation); }
  double total() const { return sum + compensation; }
};

}  // namespace sluice::promql
