#include "promql/histogram/custom_bounds.h"

#include <algorithm>
#include <iterator>

#include "promql/histogram/kahan.h"
#include "promql/histogram/sides.h"

namespace sluice::promql {

std::vector<double> shared_bounds(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(shared));
  return shared;
}

namespace {

// Sums by shared bound. The order of additions is Prometheus's: one bucket of a histogram after the other.
class Pots {
 public:
  explicit Pots(const std::vector<double>& bounds) : bounds_(bounds), sums_(bounds.size() + 1) {}

  void pour(const Histogram& histogram, double sign, const Histogram* compensation) {
    std::size_t place = 0;
    const auto add = [&](std::int64_t index, double count) {
      const double bound = custom_bound(index, histogram.custom_values);
      const auto pot = std::lower_bound(bounds_.begin(), bounds_.end(), bound) - bounds_.begin();
      KahanSum& sum = sums_[static_cast<std::size_t>(pot)];
      sum.add(sign * count);
      if (compensation != nullptr) sum.add(compensation->positive_buckets[place]);
      ++place;
    };
    for_each_bucket(histogram.positive_spans, histogram.positive_buckets, add);
  }

  // Empty pots leave no bucket.
  void fill(Histogram& histogram, double KahanSum::*part) const {
    histogram.positive_spans.clear();
    histogram.positive_buckets.clear();
    SpanBuilder builder(histogram.positive_spans, histogram.positive_buckets);
    for (std::size_t i = 0; i < sums_.size(); ++i)
      if (sums_[i].sum != 0 || sums_[i].compensation != 0) builder.add(static_cast<std::int64_t>(i), sums_[i].*part);
    histogram.custom_values = bounds_;
  }

 private:
  const std::vector<double>& bounds_;
  std::vector<KahanSum> sums_;
};

}  // namespace

void combine_at_shared_bounds(Histogram& left, Histogram* compensation, const Histogram& right, double sign) {
  const std::vector<double> bounds = shared_bounds(left.custom_values, right.custom_values);
  Pots pots(bounds);
  pots.pour(left, 1, compensation);
  pots.pour(right, sign, nullptr);
  pots.fill(left, &KahanSum::sum);
  if (compensation != nullptr) pots.fill(*compensation, &KahanSum::compensation);
}

void roll_up(Histogram& histogram, const std::vector<double>& bounds) {
  rewrite(positive_side(histogram), [&](std::int64_t index, double count, SpanBuilder& coarse) {
    const double bound = custom_bound(index, histogram.custom_values);
    coarse.add(std::lower_bound(bounds.begin(), bounds.end(), bound) - bounds.begin(), count);
  });
  histogram.custom_values = bounds;
}

}  // namespace sluice::promql
