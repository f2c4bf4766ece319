#include <cmath>

#include "promql/histogram/float_histogram.h"
#include "promql/histogram/kahan.h"

namespace sluice::promql {
namespace {

// Where the observations of a bucket are taken to be.
double centre(const Bucket& bucket, bool custom) {
  if (custom) return (bucket.upper + bucket.lower) / 2;
  if (bucket.lower <= 0 && bucket.upper >= 0) return 0;
  const double mean = std::sqrt(bucket.upper * bucket.lower);
  return bucket.upper < 0 ? -mean : mean;
}

}  // namespace

double average(const Histogram& histogram) { return histogram.sum / histogram.count; }

double variance(const Histogram& histogram) {
  const double mean = average(histogram);
  double sum = 0, compensation = 0;
  for (const Bucket& bucket : all_buckets(histogram)) {
    if (bucket.count == 0) continue;
    const double delta = centre(bucket, uses_custom_buckets(histogram)) - mean;
    kahan_add(bucket.count * delta * delta, sum, compensation);
  }
  return (sum + compensation) / histogram.count;
}

}  // namespace sluice::promql
