#include <bit>
#include <cmath>

#include "promql/histogram/float_histogram.h"
#include "promql/histogram/sides.h"

namespace sluice::promql {
namespace {

void compact_side(Side side) {
  rewrite(side, [](std::int64_t index, double count, SpanBuilder& builder) {
    if (count != 0) builder.add(index, count);
  });
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same_bits(a[i], b[i])) return false;
  return true;
}

// Empty spans only move the offset of the next one.
std::vector<BucketSpan> without_empty(const std::vector<BucketSpan>& spans) {
  std::vector<BucketSpan> out;
  std::int32_t carried = 0;
  for (const BucketSpan& span : spans) {
    if (span.length == 0) {
      carried += span.offset;
    } else {
      out.push_back({span.offset + carried, span.length});
      carried = 0;
    }
  }
  return out;
}

bool same_side(ConstSide a, ConstSide b) {
  if (!same_bits(a.buckets, b.buckets)) return false;
  return a.spans == b.spans || without_empty(a.spans) == without_empty(b.spans);
}

template <class Change>
void for_each_count(Histogram& histogram, Change change) {
  change(histogram.zero_count);
  change(histogram.count);
  change(histogram.sum);
  for (double& bucket : histogram.positive_buckets) change(bucket);
  for (double& bucket : histogram.negative_buckets) change(bucket);
}

void remove_buckets(Side side) {
  side.spans.clear();
  side.buckets.clear();
}

}  // namespace

void compact(Histogram& histogram) {
  compact_side(positive_side(histogram));
  compact_side(negative_side(histogram));
}

bool equal(const Histogram& a, const Histogram& b) {
  return a.schema == b.schema && same_bits(a.count, b.count) && same_bits(a.sum, b.sum) &&
         a.zero_threshold == b.zero_threshold && same_bits(a.zero_count, b.zero_count) &&
         same_side(positive_side(a), positive_side(b)) && same_side(negative_side(a), negative_side(b)) &&
         same_bits(a.custom_values, b.custom_values);
}

void scale(Histogram& histogram, double factor) {
  histogram.integer = false;
  for_each_count(histogram, [factor](double& count) { count *= factor; });
  if (factor < 0) histogram.hint = CounterResetHint::gauge;
}

void divide(Histogram& histogram, double divisor) {
  histogram.integer = false;
  for_each_count(histogram, [divisor](double& count) { count /= divisor; });
  if (divisor < 0) histogram.hint = CounterResetHint::gauge;
  if (divisor != 0) return;
  remove_buckets(positive_side(histogram));
  remove_buckets(negative_side(histogram));
}

bool has_overflow(const Histogram& histogram) {
  if (std::isinf(histogram.zero_count) || std::isinf(histogram.count) || std::isinf(histogram.sum)) return true;
  for (const double count : histogram.positive_buckets)
    if (std::isinf(count)) return true;
  for (const double count : histogram.negative_buckets)
    if (std::isinf(count)) return true;
  return false;
}

std::uint64_t weight_of(const Histogram& h) {
  constexpr std::uint64_t kFixedBytes = 176, kSampleBytes = 16;
  const std::uint64_t entries = h.positive_spans.size() + h.negative_spans.size() + h.positive_buckets.size() +
                                h.negative_buckets.size() + h.custom_values.size();
  return (kFixedBytes + 8 * entries) / kSampleBytes;
}

}  // namespace sluice::promql
