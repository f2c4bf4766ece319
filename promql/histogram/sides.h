// promql/histogram/sides.h
//
// Room: promql/histogram. One side of a histogram (its positive or negative buckets) and what is done to sides.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/model/bucket_bounds.h"
#include "proto/model/histogram.h"
#include "proto/model/histogram_schema.h"

namespace sluice::promql {

struct Side {
  std::vector<BucketSpan>& spans;
  std::vector<double>& buckets;
};
struct ConstSide {
  const std::vector<BucketSpan>& spans;
  const std::vector<double>& buckets;
};
inline Side positive_side(Histogram& h) { return {h.positive_spans, h.positive_buckets}; }
inline Side negative_side(Histogram& h) { return {h.negative_spans, h.negative_buckets}; }
inline ConstSide positive_side(const Histogram& h) { return {h.positive_spans, h.positive_buckets}; }
inline ConstSide negative_side(const Histogram& h) { return {h.negative_spans, h.negative_buckets}; }

struct Cell {
  std::int64_t index = 0;
  double count = 0;
};
std::vector<Cell> cells(ConstSide side);

// Rewrites a side bucket by bucket, in order: visit(index, count, builder) adds what is kept to the builder.
template <class Visit>
void rewrite(Side side, Visit visit) {
  std::vector<BucketSpan> spans;
  std::vector<double> buckets;
  SpanBuilder builder(spans, buckets);
  for_each_bucket(side.spans, side.buckets, [&](std::int64_t index, double count) { visit(index, count, builder); });
  side.spans = std::move(spans);
  side.buckets = std::move(buckets);
}

// left += sign * right, index by index. With `compensation` (same layout as left) the sum is compensated.
void combine(Side left, std::vector<double>* compensation, ConstSide right, double sign);

}  // namespace sluice::promql
