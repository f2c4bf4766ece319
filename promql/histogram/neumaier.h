// promql/histogram/neumaier.h
//
// Room: promql/histogram. One compensated addition, exactly as Prometheus does it (never contracted, never reordered).
#pragma once

#include <cmath>

namespace sluice::promql::neumaier {

inline void add(double x, double& sum, double& compensation) {
  const double total = sum + x;
  if (std::isinf(total)) {
    compensation = 0;
  } else if (std::fabs(sum) >= std::fabs(x)) {
    compensation += (sum - total) + x;
  } else {
    compensation += (x - total) + sum;
  }
  sum = total;
}

}  // namespace sluice::promql::neumaier
