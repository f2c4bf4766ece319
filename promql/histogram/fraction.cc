#include <cmath>
#include <limits>
#include <optional>

#include "promql/histogram/float_histogram.h"
#include "promql/histogram/position.h"

namespace sluice::promql {
namespace {

// How many observations lie below one limit. Buckets are shown to it in ascending order.
class RankBelow {
 public:
  explicit RankBelow(double limit) : limit_(limit) {}
  void look_at(const Bucket& bucket, double before, bool linear) {
    if (rank_) return;
    if (bucket.lower >= limit_)
      rank_ = before;
    else if (bucket.upper > limit_)
      rank_ = inside(bucket, before, linear);
  }
  double capped(double count) const { return rank_ && !(*rank_ > count) ? *rank_ : count; }

 private:
  double inside(const Bucket& bucket, double before, bool linear) const {
    if (std::isinf(bucket.lower)) return bucket.count;  // no width to interpolate in
    return before + bucket.count * (linear ? linear_share(bucket, limit_) : logarithmic_share(bucket, limit_));
  }
  double limit_;
  std::optional<double> rank_;
};

}  // namespace

Estimate histogram_fraction(double lower, double upper, const Histogram& histogram) {
  if (histogram.count == 0 || std::isnan(lower) || std::isnan(upper))
    return {.value = std::numeric_limits<double>::quiet_NaN()};
  if (lower >= upper) return {.value = 0};

  RankBelow below_lower(lower), below_upper(upper);
  double rank = 0;
  for (Bucket bucket : all_buckets(histogram)) {
    const bool linear = is_linear(bucket, uses_custom_buckets(histogram));
    if (holds_zero(bucket)) narrow_to_populated_sides(bucket, histogram);
    below_lower.look_at(bucket, rank, linear);
    below_upper.look_at(bucket, rank, linear);
    rank += bucket.count;
  }
  Estimate estimate;
  const bool nan_sum = std::isnan(histogram.sum);
  const double count = nan_sum ? rank : histogram.count;
  estimate.has_nan = nan_sum && count < histogram.count;
  estimate.value = (below_upper.capped(count) - below_lower.capped(count)) / histogram.count;
  return estimate;
}

}  // namespace sluice::promql
