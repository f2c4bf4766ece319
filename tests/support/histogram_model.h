// tests/support/histogram_model.h
//
// Native histograms as maps from bucket index to count: slow, and simple enough to be believed.
#pragma once

#include <map>

#include "proto/base/error.h"
#include "proto/model/histogram.h"

namespace sluice::test {

using BucketCounts = std::map<std::int32_t, double>;

BucketCounts counts_of(const std::vector<BucketSpan>& spans, const std::vector<double>& buckets);
void set_counts(const BucketCounts& counts, std::vector<BucketSpan>& spans, std::vector<double>& buckets);
BucketCounts without_empty(BucketCounts counts);

// a + sign * b, with Prometheus's rules for schemas, custom bounds and hints. The zero thresholds may differ only
// while no bucket lies inside the larger one.
Result<Histogram> combine(const Histogram& a, const Histogram& b, double sign);

}  // namespace sluice::test
