// promql/histogram/classic.h
//
// Room: promql/histogram. Classic histograms: cumulative counts of `le` buckets, one series each.
#pragma once

#include <vector>

namespace sluice::promql {

struct ClassicBucket {
  double upper = 0;  // the value of `le`
  double count = 0;  // observations at or below it
};

struct ClassicQuantile {
  double value = 0;
  // A bucket had fewer observations than the one below it and was raised; then where, and by how much at most.
  bool repaired = false;
  double repaired_from = 0, repaired_to = 0, difference_max = 0;
};

// The buckets may come in any order; they are sorted, merged (equal bounds) and repaired in place, so that a second
// question finds nothing to repair.
ClassicQuantile classic_quantile(double q, std::vector<ClassicBucket>& buckets);
double classic_fraction(double lower, double upper, std::vector<ClassicBucket>& buckets);

}  // namespace sluice::promql
