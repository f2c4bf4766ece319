// promql/histogram/zero_bucket.h
//
// Room: promql/histogram. Growing the zero bucket, so that two histograms can be compared or added.
#pragma once

#include "proto/model/histogram.h"

namespace sluice::promql {

// The threshold that is really reached when the zero bucket is grown to `threshold` (>= its own): a populated bucket is
// swallowed whole or not at all, so the edge may move out to such a bucket's far bound.
double reachable_threshold(const Histogram& histogram, double threshold);

// Moves every bucket that begins inside the new threshold into the zero bucket.
void swallow(Histogram& histogram, double threshold);

// Grows both zero buckets until they agree. `compensation`, if any, follows `left`.
void reconcile_zero_buckets(Histogram& left, Histogram* compensation, Histogram& right);

}  // namespace sluice::promql
