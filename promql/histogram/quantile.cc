#include <algorithm>
#include <cmath>
#include <limits>

#include "promql/histogram/float_histogram.h"
#include "promql/histogram/position.h"

namespace sluice::promql {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Found {
  Bucket bucket;       // where the rank was reached, or the last one looked at
  double running = 0;  // observations up to and including it, from the end where the walk began
};

template <class Iterator>
Found walk(Iterator bucket, Iterator end, double rank) {
  Found found;
  for (; bucket != end; ++bucket) {
    if (bucket->count == 0) continue;
    found.bucket = *bucket;
    found.running += bucket->count;
    if (found.running >= rank) break;
  }
  return found;
}

double total(const std::vector<Bucket>& buckets) {
  double sum = 0;
  for (const Bucket& bucket : buckets) sum += bucket.count;
  return sum;
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
  const double rank = (forward ? q : 1 - q) * histogram.count;
  const std::vector<Bucket> buckets = all_buckets(histogram);
  Found found = forward ? walk(buckets.begin(), buckets.end(), rank) : walk(buckets.rbegin(), buckets.rend(), rank);
  Bucket& bucket = found.bucket;

  Estimate estimate;
  if (nan_sum && histogram.count > total(buckets)) estimate.has_nan = estimate.skewed = true;
  if (custom) {
    if (is_open_ended(bucket, estimate.value)) return estimate;
  } else if (bucket.lower < 0 && bucket.upper > 0) {
    narrow_to_populated_sides(bucket, histogram);
  }
  const double running = std::min(found.running, histogram.count);
  if (running < rank) {
    estimate = {nan_sum ? kNan : bucket.upper, nan_sum, false};
    return estimate;
  }
  const double inside = forward ? rank - (running - bucket.count) : running - rank;
  estimate.value = value_at(bucket, inside / bucket.count, is_linear(bucket, custom));
  return estimate;
}

}  // namespace sluice::promql
