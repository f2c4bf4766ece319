#include "promql/histogram/classic.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice::promql {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kSmallDifference = 1e-12;  // relative: rounding of sums and rates, not worth a word

bool almost_equal(double a, double b) {
  constexpr double kSmallest = std::numeric_limits<double>::min();
  if (a == b || (std::isnan(a) && std::isnan(b))) return true;
  const double difference = std::fabs(a - b), size = std::fabs(a) + std::fabs(b);
  if (a == 0 || b == 0 || size < kSmallest) return difference < kSmallDifference * kSmallest;
  return difference / std::min(size, std::numeric_limits<double>::max()) < kSmallDifference;
}

// Sorted by bound, equal bounds added up. False: the highest bound is not +Inf, so nobody knows the total.
bool normalise(std::vector<ClassicBucket>& buckets) {
  std::sort(buckets.begin(), buckets.end(), [](const ClassicBucket& a, const ClassicBucket& b) {
    return a.upper < b.upper || (std::isnan(a.upper) && !std::isnan(b.upper));
  });
  if (buckets.empty() || buckets.back().upper != kInfinity) return false;
  std::size_t last = 0;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].upper == buckets[last].upper)
      buckets[last].count += buckets[i].count;
    else
      buckets[++last] = buckets[i];
  }
  buckets.resize(last + 1);
  return true;
}

void note_repair(ClassicQuantile& out, double upper, double difference) {
  out.repaired_from = out.repaired ? std::min(out.repaired_from, upper) : upper;
  out.repaired_to = out.repaired ? std::max(out.repaired_to, upper) : upper;
  out.difference_max = std::max(out.difference_max, difference);
  out.repaired = true;
}

// Cumulative counts never fall. Where rates or missing scrapes made them fall, the higher one is believed.
void make_monotonic(std::vector<ClassicBucket>& buckets, ClassicQuantile& out) {
  double previous = buckets[0].count;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    double& count = buckets[i].count;
    if (almost_equal(previous, count)) {
      count = previous;
    } else if (count < previous) {
      note_repair(out, buckets[i].upper, previous - count);
      count = previous;
    } else {
      previous = count;
    }
  }
}

// The first bucket, the last one excepted, whose count reaches the rank. Bisected as Go's sort.Search does, so that NaN
// counts lead to the same place.
std::size_t bucket_of_rank(const std::vector<ClassicBucket>& buckets, double rank) {
  std::size_t low = 0, high = buckets.size() - 1;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (buckets[middle].count >= rank)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

double interpolate(const std::vector<ClassicBucket>& buckets, double q) {
  if (buckets.size() < 2 || buckets.back().count == 0) return kNan;
  const double rank = q * buckets.back().count;
  const std::size_t i = bucket_of_rank(buckets, rank);
  if (i == buckets.size() - 1) return buckets[i - 1].upper;
  if (i == 0 && buckets[0].upper <= 0) return buckets[0].upper;
  const double lower = i == 0 ? 0 : buckets[i - 1].upper, below = i == 0 ? 0 : buckets[i - 1].count;
  return lower + (buckets[i].upper - lower) * ((rank - below) / (buckets[i].count - below));
}

// How many observations lie below `limit`.
double rank_below(const std::vector<ClassicBucket>& buckets, double limit) {
  double lower = buckets[0].upper > 0 ? 0 : -kInfinity, before = 0;
  for (const ClassicBucket& bucket : buckets) {
    if (lower >= limit) return before;
    if (bucket.upper > limit) {
      if (std::isinf(lower)) return bucket.count;  // no width to interpolate in
      return before + (bucket.count - before) * (limit - lower) / (bucket.upper - lower);
    }
    lower = bucket.upper;
    before = bucket.count;
  }
  return buckets.back().count;
}

}  // namespace

ClassicQuantile classic_quantile(double q, std::vector<ClassicBucket>& buckets) {
  ClassicQuantile out{.value = kNan};
  if (std::isnan(q)) return out;
  if (q < 0 || q > 1) return {.value = q < 0 ? -kInfinity : kInfinity};
  if (!normalise(buckets)) return out;
  make_monotonic(buckets, out);
  out.value = interpolate(buckets, q);
  return out;
}

double classic_fraction(double lower, double upper, std::vector<ClassicBucket>& buckets) {
  if (!normalise(buckets)) return kNan;
  const double count = buckets.back().count;
  if (count == 0 || std::isnan(lower) || std::isnan(upper)) return kNan;
  if (lower >= upper) return 0;
  const auto capped = [count](double rank) { return rank > count ? count : rank; };
  return (capped(rank_below(buckets, upper)) - capped(rank_below(buckets, lower))) / count;
}

}  // namespace sluice::promql
