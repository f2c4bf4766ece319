#include "tests/support/counter_reset_hints.h"

#include <algorithm>

#include "proto/model/sample.h"
#include "tests/support/histogram_model.h"

namespace sluice::test {
namespace {

// A count of `before` that is missing or smaller in `after`.
bool any_fell(const BucketCounts& before, const BucketCounts& after) {
  return std::any_of(before.begin(), before.end(), [&](const auto& bucket) {
    const auto now = after.find(bucket.first);
    return (now == after.end() ? 0 : now->second) < bucket.second;
  });
}

bool same_layout(const Histogram& a, const Histogram& b) {
  return a.integer == b.integer && a.schema == b.schema && a.zero_threshold == b.zero_threshold &&
         a.custom_values == b.custom_values;
}

bool is_gauge(const Histogram& h) { return h.hint == CounterResetHint::gauge; }

bool starts_chunk(const Histogram& before, const Histogram& after) {
  if (after.hint == CounterResetHint::reset || is_gauge(before) != is_gauge(after)) return true;
  if (after.count < before.count || !same_layout(before, after) || after.zero_count < before.zero_count) return true;
  return any_fell(counts_of(before.positive_spans, before.positive_buckets),
                  counts_of(after.positive_spans, after.positive_buckets)) ||
         any_fell(counts_of(before.negative_spans, before.negative_buckets),
                  counts_of(after.negative_spans, after.negative_buckets));
}

}  // namespace

CounterResetHint CounterResetHints::next(const Histogram& written) {
  const bool stale = is_stale_nan(written.sum);
  const bool first = stale || !last_ || starts_chunk(*last_, written);
  last_ = stale ? nullptr : std::make_shared<const Histogram>(written);
  if (is_gauge(written)) return CounterResetHint::gauge;
  return first ? CounterResetHint::unknown : CounterResetHint::not_reset;
}

}  // namespace sluice::test
