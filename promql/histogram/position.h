// promql/histogram/position.h
//
// Room: promql/histogram. Where in a bucket a value lies: linearly for custom buckets and for buckets that hold zero,
// logarithmically for the rest.
#pragma once

#include <cmath>

#include "promql/gomath/gomath.h"
#include "promql/histogram/float_histogram.h"

namespace sluice::promql {

inline bool holds_zero(const Bucket& bucket) { return bucket.lower <= 0 && bucket.upper >= 0; }
inline bool is_linear(const Bucket& bucket, bool custom) { return custom || holds_zero(bucket); }

// The share of the bucket's observations below `value`, which lies strictly inside. The bounds are finite.
inline double linear_share(const Bucket& bucket, double value) {
  return (value - bucket.lower) / (bucket.upper - bucket.lower);
}
inline double logarithmic_share(const Bucket& bucket, double value) {
  const double lower = go::log2(std::fabs(bucket.lower)), upper = go::log2(std::fabs(bucket.upper));
  const double at = go::log2(std::fabs(value));
  return value > 0 ? (at - lower) / (upper - lower) : 1 - (at - upper) / (lower - upper);
}

// The inverse: below which value is this share of the observations?
inline double value_at(const Bucket& bucket, double share, bool linear) {
  if (linear) return bucket.lower + (bucket.upper - bucket.lower) * share;
  const double lower = go::log2(std::fabs(bucket.lower)), upper = go::log2(std::fabs(bucket.upper));
  if (bucket.lower > 0) return go::exp2(lower + (upper - lower) * share);
  return -go::exp2(upper + (lower - upper) * (1 - share));
}

// The zero bucket's edge is 0 on the side where the histogram has no buckets at all.
inline void narrow_to_populated_sides(Bucket& bucket, const Histogram& histogram) {
  const bool positive = !histogram.positive_buckets.empty(), negative = !histogram.negative_buckets.empty();
  if (positive && !negative) bucket.lower = 0;
  if (negative && !positive) bucket.upper = 0;
}

}  // namespace sluice::promql
