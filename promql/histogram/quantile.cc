#include <algorithm>
#include <cmath>
#include <limits>

#include "promql/histogram/float_histogram.h"
#include "promql/histogram/position.h"

namespace sluice::promql {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Where the walk through the buckets ended.
struct Found {
  Bucket bucket;         // where the rank was reached, or the last one there is
  double running = 0;    // observations up to and including it, from the end where the walk began
  std::size_t read = 0;  // buckets looked at
};

template <class Iterator>
Found walk(Iterator begin, Iterator end, double rank) {
  Found found;
  for (Iterator bucket = begin; bucket != end; ++bucket) {
    ++found.read;
    found.bucket = *bucket;
    if (bucket->count == 0) continue;
    found.running += bucket->count;
    if (found.running >= rank) break;
  }
  return found;
}

// Custom buckets at the ends have no width to interpolate in.
bool is_open_ended(Bucket& bucket, double& value) {
  if (std::isinf(bucket.lower) && bucket.lower < 0) {
    if (bucket.upper <= 0) return value = bucket.upper, true;
    bucket.lower = 0;
  } else if (std::isinf(bucket.upper) && bucket.upper > 0) {
    return value = bucket.lower, true;
  }
  return false;
}

}  // namespace

Estimate histogram_quantile(double q, const Histogram& histogram) {
  if (q < 0) return {.value = -kInfinity};
  if (q > 1) return {.value = kInfinity};
  if (histogram.count == 0 || std::isnan(q)) return {.value = kNan};

  // From the nearer end, to be exact there. NaN observations are in the count but in no bucket, as if above all.
  const bool custom = uses_custom_buckets(histogram), nan_sum = std::isnan(histogram.sum);
  const bool forward = nan_sum || q < 0.5;
  double rank = (forward ? q : 1 - q) * histogram.count;
  const std::vector<Bucket> buckets = all_buckets(histogram);
  Found found = forward ? walk(buckets.begin(), buckets.end(), rank) : walk(buckets.rbegin(), buckets.rend(), rank);
  Bucket& bucket = found.bucket;

  Estimate estimate;
  if (custom) {
    if (is_open_ended(bucket, estimate.value)) return estimate;
  } else if (bucket.lower < 0 && bucket.upper > 0) {
    narrow_to_populated_sides(bucket, histogram);
  }
  const double running = found.running > histogram.count ? histogram.count : found.running;
  if (running < rank) return {nan_sum ? kNan : bucket.upper, nan_sum, false};
  rank = forward ? rank - (running - bucket.count) : running - rank;
  if (nan_sum) {
    // Prometheus looks through the buckets above for NaN observations, and then answers from the last of them.
    double all = running;
    for (; found.read < buckets.size(); ++found.read) {
      bucket = buckets[found.read];
      all += bucket.count;
    }
    if (all < histogram.count) estimate.has_nan = estimate.skewed = true;
  }
  estimate.value = value_at(bucket, rank / bucket.count, is_linear(bucket, custom));
  return estimate;
}

}  // namespace sluice::promql
