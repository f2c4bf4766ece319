// promql/func/classic_histogram.h
//
// Room: promql/func. Quantiles and fractions of histograms whose buckets are series with an `le` label (contract 3.13).
#pragma once

#include <vector>

#include "promql/value/annotations.h"

namespace sluice::promql {

struct ClassicBucket {
  double upper_bound = 0;
  double count = 0;  // cumulative
};

// `buckets` are sorted and repaired in place. `repair.count` > 0: counts had to be raised to be monotonic.
double classic_quantile(double q, std::vector<ClassicBucket>& buckets, MonotonicityRepair& repair);
double classic_fraction(double lower, double upper, std::vector<ClassicBucket>& buckets);

// Prometheus's almost.Equal.
bool almost_equal(double a, double b, double epsilon);

}  // namespace sluice::promql
