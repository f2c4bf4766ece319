#include "promql/histogram/zero_bucket.h"

#include "promql/histogram/sides.h"

namespace sluice::promql {
namespace {

// Both sides look alike once mirrored: bucket `index` is (lower, upper].
double reach_on_side(const Histogram& histogram, ConstSide side, double threshold) {
  for (const Cell& cell : cells(side)) {
    const BucketBounds bounds = positive_bucket(histogram, cell.index);
    if (bounds.lower >= threshold) break;
    if (bounds.upper > threshold && cell.count != 0) return bounds.upper;
  }
  return threshold;
}

void swallow_side(Histogram& histogram, Side side, double threshold) {
  rewrite(side, [&](std::int64_t index, double count, SpanBuilder& kept) {
    if (positive_bucket(histogram, index).lower >= threshold)
      kept.add(index, count);
    else
      histogram.zero_count += count;
  });
}

}  // namespace

double reachable_threshold(const Histogram& histogram, double threshold) {
  for (;;) {  // ends: every turn swallows a populated bucket of one side
    const double positive = reach_on_side(histogram, positive_side(histogram), threshold);
    const double both = reach_on_side(histogram, negative_side(histogram), positive);
    if (!(both > threshold)) return both;  // also for NaN
    threshold = both;
  }
}

void swallow(Histogram& histogram, double threshold) {
  if (threshold == histogram.zero_threshold) return;
  swallow_side(histogram, positive_side(histogram), threshold);
  swallow_side(histogram, negative_side(histogram), threshold);
  histogram.zero_threshold = threshold;
}

void reconcile_zero_buckets(Histogram& left, Histogram* compensation, Histogram& right) {
  for (;;) {
    if (left.zero_threshold > right.zero_threshold) {
      swallow(right, reachable_threshold(right, left.zero_threshold));
    } else if (!(left.zero_threshold < right.zero_threshold)) {
      return;  // equal, or one is NaN and nothing can be reconciled
    } else {
      const double threshold = reachable_threshold(left, right.zero_threshold);
      swallow(left, threshold);
      if (compensation != nullptr) swallow(*compensation, threshold);
    }
  }
}

}  // namespace sluice::promql
