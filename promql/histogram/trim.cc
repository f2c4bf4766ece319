#include <algorithm>
#include <cmath>

#include "promql/histogram/float_histogram.h"
#include "promql/histogram/position.h"
#include "promql/histogram/sides.h"

namespace sluice::promql {
namespace {

enum class Keep { below, above };

// What is left of one bucket, and where its observations are taken to be.
struct Rest {
  double count = 0;
  double midpoint = 0;
};

double midpoint(double lower, double upper, bool linear) {
  if (linear) return (lower + upper) / 2;
  const double mean = std::sqrt(lower * upper);
  return upper <= 0 ? -mean : mean;
}

// The first custom bucket reaches down to -Inf; when it can hold positive values it is treated as starting at 0.
Rest rest_of_first(const Bucket& b, double limit, Keep keep) {
  const double whole_midpoint = b.upper > 0 ? b.upper / 2 : b.upper;
  if (keep == Keep::below) {
    if (limit >= b.upper) return {b.count, whole_midpoint};
    if (limit > 0) return {b.count * limit / b.upper, limit / 2};
    return b.upper <= 0 ? Rest{b.count, limit} : Rest{};
  }
  if (std::isinf(limit) && limit < 0) return {b.count, whole_midpoint};
  if (std::isinf(b.upper)) return {};  // one bucket for everything: nobody knows what lies above
  if (limit >= 0 && limit < b.upper) return {b.count * (1 - limit / b.upper), (limit + b.upper) / 2};
  return {};
}

// Nobody knows how far up the last bucket's observations lie.
Rest rest_of_last(const Bucket& b, double limit, Keep keep) {
  if (keep == Keep::below) return std::isinf(limit) && limit > 0 ? Rest{b.count, b.lower} : Rest{};
  if (std::isnan(limit) || (std::isinf(limit) && limit > 0)) return {};
  return {b.count, limit >= b.lower ? limit : b.lower};
}

Rest rest_of(const Bucket& b, double limit, Keep keep, bool linear) {
  if (std::isinf(b.lower) && b.lower < 0) return rest_of_first(b, limit, keep);
  if (std::isinf(b.upper) && b.upper > 0) return rest_of_last(b, limit, keep);
  const bool whole = keep == Keep::below ? limit >= b.upper : limit <= b.lower;
  if (whole) return {b.count, midpoint(b.lower, b.upper, linear)};
  const bool part = keep == Keep::below ? limit > b.lower : limit < b.upper;  // never when the limit is NaN
  if (!part) return {};
  const double below = b.count * (linear ? linear_share(b, limit) : logarithmic_share(b, limit));
  if (keep == Keep::below) return {below, midpoint(b.lower, limit, linear)};
  return {b.count - below, midpoint(limit, b.upper, linear)};
}

// Unlike another linear bucket's, its upper part is counted from above; and NaN, which empties the others, makes it
// NaN.
Rest rest_of_zero(const Bucket& b, double limit, Keep keep) {
  const Rest whole{b.count, midpoint(b.lower, b.upper, true)};
  if (limit <= b.lower) return keep == Keep::below ? Rest{} : whole;
  if (limit >= b.upper) return keep == Keep::below ? whole : Rest{};
  if (keep == Keep::below) return {b.count * linear_share(b, limit), midpoint(b.lower, limit, true)};
  return {b.count * ((b.upper - limit) / (b.upper - b.lower)), midpoint(limit, b.upper, true)};
}

bool populated(const std::vector<double>& buckets) {
  return std::any_of(buckets.begin(), buckets.end(), [](double count) { return count != 0; });
}

class Trimmer {
 public:
  Trimmer(Histogram& histogram, double limit, Keep keep) : histogram_(histogram), limit_(limit), keep_(keep) {}

  void run() {
    // The zero bucket's width depends on which sides had buckets, but its sum is added last.
    const bool positive = populated(histogram_.positive_buckets), negative = populated(histogram_.negative_buckets);
    trim_side(positive_side(histogram_), positive_bucket);
    trim_side(negative_side(histogram_), negative_bucket);
    trim_zero_bucket(positive, negative);
    if (!changed_) return;
    histogram_.integer = false;
    histogram_.count = count_;
    histogram_.sum = sum_;
    compact(histogram_);
  }

 private:
  double take(const Rest& rest, double whole) {
    changed_ |= rest.count != whole;
    count_ += rest.count;
    if (rest.count != 0) sum_ += rest.count * rest.midpoint;
    return rest.count;
  }

  void trim_zero_bucket(bool positive, bool negative) {
    if (!(histogram_.zero_count > 0)) return;
    const BucketBounds bounds = zero_bucket(histogram_);
    Bucket bucket{bounds.lower, bounds.upper, true, true, histogram_.zero_count};
    if (positive && !negative) bucket.lower = 0;
    if (negative && !positive) bucket.upper = 0;
    histogram_.zero_count = take(rest_of_zero(bucket, limit_, keep_), histogram_.zero_count);
  }

  void trim_side(Side side, BucketBounds (*bounds_of)(const Histogram&, std::int64_t)) {
    std::size_t next = 0;
    const bool linear = uses_custom_buckets(histogram_);
    for (const Cell& cell : cells({side.spans, side.buckets})) {
      double& count = side.buckets[next++];
      if (count == 0) continue;
      const BucketBounds bounds = bounds_of(histogram_, cell.index);
      const Bucket bucket{bounds.lower, bounds.upper, bounds.lower_inclusive, bounds.upper_inclusive, count};
      count = take(rest_of(bucket, limit_, keep_, linear), count);
    }
  }

  Histogram& histogram_;
  const double limit_;
  const Keep keep_;
  bool changed_ = false;
  double count_ = 0, sum_ = 0;
};

}  // namespace

void keep_below(Histogram& histogram, double limit) { Trimmer(histogram, limit, Keep::below).run(); }
void keep_above(Histogram& histogram, double limit) { Trimmer(histogram, limit, Keep::above).run(); }

}  // namespace sluice::promql
