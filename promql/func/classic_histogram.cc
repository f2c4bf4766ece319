#include "promql/func/classic_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "proto/model/sample.h"

namespace sluice::promql {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kSmallDelta = 1e-12;  // rounding of sums of rates, not a broken histogram

void sort_by_bound(std::vector<ClassicBucket>& buckets) {
  const auto before = [](const ClassicBucket& a, const ClassicBucket& b) { return a.upper_bound < b.upper_bound; };
  if (!std::is_sorted(buckets.begin(), buckets.end(), before))
    std::stable_sort(buckets.begin(), buckets.end(), before);
}

// Buckets of one bound become one: `le="1"` and `le="1.0"`.
void coalesce(std::vector<ClassicBucket>& buckets) {
  std::size_t last = 0;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].upper_bound == buckets[last].upper_bound)
      buckets[last].count += buckets[i].count;
    else
      buckets[++last] = buckets[i];
  }
  buckets.resize(last + 1);
}

void make_monotonic(std::vector<ClassicBucket>& buckets, MonotonicityRepair& repair) {
  double previous = buckets[0].count;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    double& count = buckets[i].count;
    if (count == previous) continue;
    if (almost_equal(previous, count, kSmallDelta)) {
      count = previous;
    } else if (count < previous) {
      if (repair.count == 0) repair.bucket_min = buckets[i].upper_bound;
      repair.bucket_max = buckets[i].upper_bound;
      repair.difference_max = std::max(repair.difference_max, previous - count);
      repair.count = 1;
      count = previous;
    } else {
      previous = count;
    }
  }
}

}  // namespace

bool almost_equal(double a, double b, double epsilon) {
  if (is_stale_nan(a) || is_stale_nan(b)) return is_stale_nan(a) && is_stale_nan(b);
  if (std::isnan(a) && std::isnan(b)) return true;
  if (a == b) return true;
  constexpr double kMinNormal = std::numeric_limits<double>::min(), kMax = std::numeric_limits<double>::max();
  const double sum = std::fabs(a) + std::fabs(b), difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kMinNormal) return difference < epsilon * kMinNormal;
  return difference / std::min(sum, kMax) < epsilon;
}

double classic_quantile(double q, std::vector<ClassicBucket>& buckets, MonotonicityRepair& repair) {
  if (std::isnan(q)) return kNan;
  if (q < 0) return -kInf;
  if (q > 1) return kInf;
  sort_by_bound(buckets);
  if (buckets.empty() || buckets.back().upper_bound != kInf) return kNan;
  coalesce(buckets);
  make_monotonic(buckets, repair);
  if (buckets.size() < 2) return kNan;
  const double observations = buckets.back().count;
  if (observations == 0) return kNan;
  double rank = q * observations;
  const auto last = buckets.end() - 1;
  const auto found = std::partition_point(buckets.begin(), last,
                                          [&](const ClassicBucket& b) { return !(b.count >= rank); });
  if (found == last) return (last - 1)->upper_bound;
  if (found == buckets.begin() && found->upper_bound <= 0) return found->upper_bound;
  double start = 0, count = found->count;
  if (found != buckets.begin()) {
    start = (found - 1)->upper_bound;
    count -= (found - 1)->count;
    rank -= (found - 1)->count;
  }
  return start + (found->upper_bound - start) * (rank / count);
}

double classic_fraction(double lower, double upper, std::vector<ClassicBucket>& buckets) {
  sort_by_bound(buckets);
  if (buckets.empty() || buckets.back().upper_bound != kInf) return kNan;
  coalesce(buckets);
  const double total = buckets.back().count;
  if (total == 0 || std::isnan(lower) || std::isnan(upper)) return kNan;
  if (lower >= upper) return 0;
  double rank = 0, lower_rank = 0, upper_rank = 0;
  bool lower_set = false, upper_set = false;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const double bucket_upper = buckets[i].upper_bound;
    double bucket_lower = -kInf;
    if (i > 0)
      bucket_lower = buckets[i - 1].upper_bound;
    else if (bucket_upper > 0)
      bucket_lower = 0;
    const auto interpolated = [&](double v) {
      return rank + (buckets[i].count - rank) * (v - bucket_lower) / (bucket_upper - bucket_lower);
    };
    if (!lower_set && bucket_lower >= lower) lower_rank = rank, lower_set = true;
    if (!upper_set && bucket_lower >= upper) upper_rank = rank, upper_set = true;
    if (lower_set && upper_set) break;
    if (!lower_set && bucket_lower < lower && bucket_upper > lower) lower_rank = interpolated(lower), lower_set = true;
    if (!upper_set && bucket_lower < upper && bucket_upper > upper) upper_rank = interpolated(upper), upper_set = true;
    if (lower_set && upper_set) break;
    rank = buckets[i].count;
  }
  if (!lower_set || lower_rank > total) lower_rank = total;
  if (!upper_set || upper_rank > total) upper_rank = total;
  return (upper_rank - lower_rank) / total;
}

}  // namespace sluice::promql
