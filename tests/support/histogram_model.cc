#include "tests/support/histogram_model.h"

#include <algorithm>
#include <cmath>

namespace sluice::test {
namespace {

// Bucket i of a finer schema lies in this bucket of the coarser one.
std::int32_t coarser_index(std::int32_t index, std::int32_t levels) { return ((index - 1) >> levels) + 1; }

BucketCounts to_schema(const BucketCounts& counts, std::int32_t from, std::int32_t to) {
  BucketCounts merged;
  for (const auto& [index, count] : counts) merged[coarser_index(index, from - to)] += count;
  return merged;
}

// Every bucket goes to the first of `bounds` at or above its own bound; the last bucket is +Inf.
BucketCounts to_bounds(const BucketCounts& counts, const std::vector<double>& own, const std::vector<double>& bounds) {
  BucketCounts moved;
  for (const auto& [index, count] : counts) {
    const bool infinite = index >= static_cast<std::int32_t>(own.size());
    const auto at =
        infinite ? bounds.end() : std::lower_bound(bounds.begin(), bounds.end(), own[static_cast<std::size_t>(index)]);
    moved[static_cast<std::int32_t>(at - bounds.begin())] += count;
  }
  return moved;
}

void add_counts(BucketCounts& sum, const BucketCounts& counts, double sign) {
  for (const auto& [index, count] : counts) sum[index] += sign * count;
}

CounterResetHint combined_hint(CounterResetHint a, CounterResetHint b) {
  if (a == b) return a;
  const bool gauge = a == CounterResetHint::gauge || b == CounterResetHint::gauge;
  return gauge ? CounterResetHint::gauge : CounterResetHint::unknown;
}

bool has_bucket_inside(const Histogram& h, double threshold) {
  const auto lower = [&](std::int32_t i) { return std::exp2((i - 1) * std::exp2(-h.schema)); };
  for (const auto& side :
       {counts_of(h.positive_spans, h.positive_buckets), counts_of(h.negative_spans, h.negative_buckets)})
    for (const auto& [index, count] : side)
      if (count != 0 && lower(index) < threshold) return true;
  return false;
}

Result<Histogram> combine_exponential(const Histogram& a, const Histogram& b, double sign) {
  const double threshold = std::max(a.zero_threshold, b.zero_threshold);
  if (a.zero_threshold != b.zero_threshold && (has_bucket_inside(a, threshold) || has_bucket_inside(b, threshold)))
    return fail(Errc::unprocessable, "zero buckets of different width over populated buckets: write the sums out");
  Histogram sum = a;
  sum.schema = std::min(a.schema, b.schema);
  sum.zero_threshold = threshold;
  const auto side = [&](auto spans, auto buckets) {
    BucketCounts counts = to_schema(counts_of(a.*spans, a.*buckets), a.schema, sum.schema);
    add_counts(counts, to_schema(counts_of(b.*spans, b.*buckets), b.schema, sum.schema), sign);
    set_counts(counts, sum.*spans, sum.*buckets);
  };
  side(&Histogram::positive_spans, &Histogram::positive_buckets);
  side(&Histogram::negative_spans, &Histogram::negative_buckets);
  return sum;
}

Histogram combine_custom(const Histogram& a, const Histogram& b, double sign) {
  Histogram sum = a;
  sum.custom_values.clear();
  std::set_intersection(a.custom_values.begin(), a.custom_values.end(), b.custom_values.begin(), b.custom_values.end(),
                        std::back_inserter(sum.custom_values));
  BucketCounts counts = to_bounds(counts_of(a.positive_spans, a.positive_buckets), a.custom_values, sum.custom_values);
  add_counts(counts, to_bounds(counts_of(b.positive_spans, b.positive_buckets), b.custom_values, sum.custom_values),
             sign);
  set_counts(counts, sum.positive_spans, sum.positive_buckets);
  return sum;
}

}  // namespace

BucketCounts counts_of(const std::vector<BucketSpan>& spans, const std::vector<double>& buckets) {
  BucketCounts counts;
  std::int32_t index = 0;
  std::size_t bucket = 0;
  for (const BucketSpan& span : spans) {
    index += span.offset;
    for (std::uint32_t i = 0; i < span.length && bucket < buckets.size(); ++i) counts[index++] += buckets[bucket++];
  }
  return counts;
}

void set_counts(const BucketCounts& counts, std::vector<BucketSpan>& spans, std::vector<double>& buckets) {
  spans.clear();
  buckets.clear();
  std::int32_t next = 0;  // the index behind the span written last
  for (const auto& [index, count] : counts) {
    if (spans.empty() || index != next) spans.push_back({index - next, 0});
    ++spans.back().length;
    buckets.push_back(count);
    next = index + 1;
  }
}

BucketCounts without_empty(BucketCounts counts) {
  std::erase_if(counts, [](const auto& bucket) { return bucket.second == 0; });
  return counts;
}

Result<Histogram> combine(const Histogram& a, const Histogram& b, double sign) {
  const bool custom = a.schema == kCustomBucketsSchema;
  if (custom != (b.schema == kCustomBucketsSchema))
    return fail(Errc::invalid_argument, "histograms with exponential and custom buckets do not add up");
  Result<Histogram> sum = custom ? combine_custom(a, b, sign) : combine_exponential(a, b, sign);
  if (!sum) return sum;
  sum->count = a.count + sign * b.count;
  sum->sum = a.sum + sign * b.sum;
  sum->zero_count = a.zero_count + sign * b.zero_count;
  sum->hint = combined_hint(a.hint, b.hint);
  return sum;
}

}  // namespace sluice::test
