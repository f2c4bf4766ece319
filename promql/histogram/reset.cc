#include <utility>

#include "promql/histogram/custom_bounds.h"
#include "promql/histogram/float_histogram.h"
#include "promql/histogram/sides.h"
#include "promql/histogram/zero_bucket.h"

namespace sluice::promql {
namespace {

// Does any bucket of `previous` hold more than the same bucket of `current`? Same layout; a missing bucket holds 0.
bool any_fell(ConstSide current, ConstSide previous) {
  const std::vector<Cell> now = cells(current);
  std::size_t n = 0;
  for (const Cell& before : cells(previous)) {
    while (n < now.size() && now[n].index < before.index) ++n;
    const bool present = n < now.size() && now[n].index == before.index;
    if (before.count > (present ? now[n].count : 0)) return true;
  }
  return false;
}

bool fell_at_shared_bounds(Histogram current, Histogram previous) {
  const std::vector<double> bounds = shared_bounds(current.custom_values, previous.custom_values);
  roll_up(current, bounds);
  roll_up(previous, bounds);
  return any_fell(positive_side(std::as_const(current)), positive_side(std::as_const(previous)));
}

bool exponential_fell(const Histogram& current, Histogram previous) {
  if (current.schema > previous.schema || current.zero_threshold < previous.zero_threshold) return true;
  if (current.zero_threshold != previous.zero_threshold) {
    const double threshold = reachable_threshold(previous, current.zero_threshold);
    if (threshold != current.zero_threshold) return true;  // it cuts a populated bucket: not the same counter
    swallow(previous, threshold);
  }
  if (current.zero_count < previous.zero_count) return true;
  reduce_schema(previous, current.schema);
  return any_fell(positive_side(current), positive_side(std::as_const(previous))) ||
         any_fell(negative_side(current), negative_side(std::as_const(previous)));
}

}  // namespace

bool counter_reset(const Histogram& current, const Histogram& previous) {
  if (current.hint == CounterResetHint::reset) return true;
  if (current.hint == CounterResetHint::not_reset) return false;
  if (current.count < previous.count) return true;
  if (uses_custom_buckets(current) != uses_custom_buckets(previous)) return true;
  if (!uses_custom_buckets(current)) return exponential_fell(current, previous);
  if (current.custom_values != previous.custom_values) return fell_at_shared_bounds(current, previous);
  return any_fell(positive_side(current), positive_side(previous));
}

}  // namespace sluice::promql
