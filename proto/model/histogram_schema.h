// proto/model/histogram_schema.h
//
// Room: proto/model. Coarsening a native histogram: 2^(from - to) neighbouring buckets become one.
#pragma once

#include "proto/model/histogram.h"

namespace sluice {

// The bucket of schema `to` that holds bucket `index` of schema `from`. to <= from; both exponential.
std::int64_t reduced_index(std::int64_t index, std::int32_t from, std::int32_t to);

// Lowers an exponential histogram to schema `to` (not above its own; 9..52 are fine as its own). Empty buckets stay
// buckets. Needs spans that agree with the buckets; indexes may lie anywhere an int64 can go.
void reduce_schema(Histogram& histogram, std::int32_t to);

// Collects buckets in ascending order of index into spans; equal neighbours add up.
class SpanBuilder {
 public:
  SpanBuilder(std::vector<BucketSpan>& spans, std::vector<double>& buckets) : spans_(spans), buckets_(buckets) {}
  void add(std::int64_t index, double count);

 private:
  std::vector<BucketSpan>& spans_;
  std::vector<double>& buckets_;
  std::int64_t last_ = 0;  // index of the newest bucket, once there is one
};

// Calls visit(index, count) for every bucket of one side, in ascending order of index.
template <class Visit>
void for_each_bucket(const std::vector<BucketSpan>& spans, const std::vector<double>& buckets, Visit visit) {
  std::int64_t index = 0;
  std::size_t next = 0;
  for (const BucketSpan& span : spans) {
    index += span.offset;
    for (std::uint32_t i = 0; i < span.length; ++i) visit(index++, buckets[next++]);
  }
}

}  // namespace sluice
