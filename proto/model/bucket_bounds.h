// proto/model/bucket_bounds.h
//
// Room: proto/model. Where the buckets of a native histogram begin and end, to the bit as Prometheus has them.
#pragma once

#include <cstdint>

#include "proto/model/histogram.h"

namespace sluice {

// Upper bound of positive bucket `index` of an exponential schema (-4..8); the lower one is that of index - 1.
// The bucket that would end at 2^1024 ends at the largest double, and those after it at +Inf.
double exponential_bound(std::int64_t index, std::int32_t schema);

// Upper bound of bucket `index` of custom bounds; +Inf after the last of them, -Inf before the first.
double custom_bound(std::int64_t index, const std::vector<double>& custom_values);

struct BucketBounds {
  double lower = 0, upper = 0;
  bool lower_inclusive = false, upper_inclusive = false;
};
BucketBounds positive_bucket(const Histogram& histogram, std::int64_t index);
BucketBounds negative_bucket(const Histogram& histogram, std::int64_t index);  // its mirror image
BucketBounds zero_bucket(const Histogram& histogram);

}  // namespace sluice
