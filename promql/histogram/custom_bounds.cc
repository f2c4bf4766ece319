#include "promql/histogram/custom_bounds.h"

#include <algorithm>
#include <iterator>

#include "promql/histogram/sides.h"

namespace sluice::promql {

std::vector<double> shared_bounds(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(shared));
  return shared;
}

void roll_up(Histogram& histogram, const std::vector<double>& bounds) {
  rewrite(positive_side(histogram), [&](std::int64_t index, double count, SpanBuilder& coarse) {
    const double bound = custom_bound(index, histogram.custom_values);
    coarse.add(std::lower_bound(bounds.begin(), bounds.end(), bound) - bounds.begin(), count);
  });
  histogram.custom_values = bounds;
}

}  // namespace sluice::promql
