#include <algorithm>

#include "promql/histogram/float_histogram.h"
#include "promql/histogram/sides.h"

namespace sluice::promql {
namespace {

Bucket make_bucket(const BucketBounds& bounds, double count) {
  return {bounds.lower, bounds.upper, bounds.lower_inclusive, bounds.upper_inclusive, count};
}

enum class Edges { clipped, written };  // where a bucket reaches into the zero bucket

void append_negative(const Histogram& histogram, Edges edges, std::vector<Bucket>& out) {
  const std::size_t first = out.size();
  for_each_bucket(histogram.negative_spans, histogram.negative_buckets, [&](std::int64_t index, double count) {
    Bucket bucket = make_bucket(negative_bucket(histogram, index), count);
    const bool reaches_in = bucket.upper < 0 && bucket.upper > -histogram.zero_threshold;
    if (reaches_in && edges == Edges::clipped) bucket.upper = -histogram.zero_threshold;
    out.push_back(bucket);
  });
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(first), out.end());
}

void append_positive(const Histogram& histogram, Edges edges, std::vector<Bucket>& out) {
  for_each_bucket(histogram.positive_spans, histogram.positive_buckets, [&](std::int64_t index, double count) {
    Bucket bucket = make_bucket(positive_bucket(histogram, index), count);
    const bool reaches_in = bucket.lower > 0 && bucket.lower < histogram.zero_threshold;
    if (reaches_in && edges == Edges::clipped && !uses_custom_buckets(histogram))
      bucket.lower = histogram.zero_threshold;
    out.push_back(bucket);
  });
}

std::vector<Bucket> buckets_of(const Histogram& histogram, Edges edges, bool with_zero) {
  std::vector<Bucket> out;
  out.reserve(histogram.negative_buckets.size() + histogram.positive_buckets.size() + 1);
  append_negative(histogram, edges, out);
  if (with_zero) out.push_back(make_bucket(zero_bucket(histogram), histogram.zero_count));
  append_positive(histogram, edges, out);
  return out;
}

}  // namespace

std::vector<Bucket> all_buckets(const Histogram& histogram) {
  return buckets_of(histogram, Edges::clipped, histogram.zero_count > 0);
}

std::vector<Bucket> written_buckets(const Histogram& histogram) {
  return buckets_of(histogram, Edges::written, histogram.zero_count != 0);
}

}  // namespace sluice::promql
