#include "proto/model/histogram_schema.h"

#include <utility>

#include "proto/base/check.h"

namespace sluice {

std::int64_t reduced_index(std::int64_t index, std::int32_t from, std::int32_t to) {
  return ((index - 1) >> (from - to)) + 1;
}

void SpanBuilder::add(std::int64_t index, double count) {
  if (!spans_.empty() && index == last_) {
    buckets_.back() += count;
    return;
  }
  const std::int64_t gap = spans_.empty() ? index : index - last_ - 1;
  if (spans_.empty() || gap > 0) spans_.push_back({static_cast<std::int32_t>(gap), 0});
  ++spans_.back().length;
  buckets_.push_back(count);
  last_ = index;
}

namespace {

void reduce_side(std::vector<BucketSpan>& spans, std::vector<double>& buckets, std::int32_t from, std::int32_t to) {
  std::vector<BucketSpan> coarse_spans;
  std::vector<double> coarse_buckets;
  SpanBuilder builder(coarse_spans, coarse_buckets);
  for_each_bucket(spans, buckets,
                  [&](std::int64_t index, double count) { builder.add(reduced_index(index, from, to), count); });
  spans = std::move(coarse_spans);
  buckets = std::move(coarse_buckets);
}

}  // namespace

void reduce_schema(Histogram& histogram, std::int32_t to) {
  DCHECK(to <= histogram.schema && histogram.schema != kCustomBucketsSchema);
  if (to == histogram.schema) return;
  reduce_side(histogram.positive_spans, histogram.positive_buckets, histogram.schema, to);
  reduce_side(histogram.negative_spans, histogram.negative_buckets, histogram.schema, to);
  histogram.schema = to;
}

}  // namespace sluice
