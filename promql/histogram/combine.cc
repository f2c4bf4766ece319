#include "promql/histogram/combine.h"

#include <algorithm>

#include "promql/histogram/custom_bounds.h"
#include "promql/histogram/kahan.h"
#include "promql/histogram/sides.h"
#include "promql/histogram/zero_bucket.h"

namespace sluice::promql {
namespace {

CounterResetHint combined_hint(CounterResetHint a, CounterResetHint b) {
  if (a == b) return a;
  const bool any_gauge = a == CounterResetHint::gauge || b == CounterResetHint::gauge;
  return any_gauge ? CounterResetHint::gauge : CounterResetHint::unknown;
}

bool hints_collide(CounterResetHint a, CounterResetHint b) {
  return (a == CounterResetHint::reset && b == CounterResetHint::not_reset) ||
         (a == CounterResetHint::not_reset && b == CounterResetHint::reset);
}

bool same_layout(const Histogram& a, const Histogram& b) {
  if (a.schema != b.schema) return false;
  return uses_custom_buckets(a) ? a.custom_values == b.custom_values : a.zero_threshold == b.zero_threshold;
}

void reconcile_schemas(Histogram& left, Histogram* compensation, Histogram& right) {
  reconcile_zero_buckets(left, compensation, right);
  const std::int32_t schema = std::min(left.schema, right.schema);
  reduce_schema(left, schema);
  reduce_schema(right, schema);
  if (compensation != nullptr) reduce_schema(*compensation, schema);
}

void combine_number(double& left, double* compensation, double x) {
  if (compensation == nullptr)
    left += x;
  else
    kahan_add(x, left, *compensation);
}

void combine_numbers(Histogram& left, Histogram* lost, const Histogram& right, double sign) {
  combine_number(left.zero_count, lost ? &lost->zero_count : nullptr, sign * right.zero_count);
  combine_number(left.count, lost ? &lost->count : nullptr, sign * right.count);
  combine_number(left.sum, lost ? &lost->sum : nullptr, sign * right.sum);
}

void combine_all(Histogram& left, Histogram* lost, const Histogram& right, double sign) {
  combine_numbers(left, lost, right, sign);
  combine(positive_side(left), lost ? &lost->positive_buckets : nullptr, positive_side(right), sign);
  combine(negative_side(left), lost ? &lost->negative_buckets : nullptr, negative_side(right), sign);
  if (lost == nullptr) return;
  lost->positive_spans = left.positive_spans;
  lost->negative_spans = left.negative_spans;
}

}  // namespace

Combined combine(Histogram& left, Histogram* compensation, const Histogram& right, double sign) {
  Combined found;
  found.compatible = uses_custom_buckets(left) == uses_custom_buckets(right);
  if (!found.compatible) return found;
  found.reset_collision = hints_collide(left.hint, right.hint);
  left.hint = combined_hint(left.hint, right.hint);
  left.integer = false;
  if (same_layout(left, right)) return combine_all(left, compensation, right, sign), found;

  if (uses_custom_buckets(left)) {
    found.bounds_reconciled = true;
    combine_numbers(left, compensation, right, sign);
    combine_at_shared_bounds(left, compensation, right, sign);
    return found;
  }
  Histogram adjusted = right;
  reconcile_schemas(left, compensation, adjusted);
  combine_all(left, compensation, adjusted, sign);
  return found;
}

Combined add(Histogram& sum, const Histogram& other) { return combine(sum, nullptr, other, 1); }
Combined subtract(Histogram& minuend, const Histogram& other) { return combine(minuend, nullptr, other, -1); }

}  // namespace sluice::promql
