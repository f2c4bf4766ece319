#include "proto/wire/validate_histogram.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

namespace sluice::wire {
namespace {

using Complaint = std::optional<std::string>;

// Indexes beyond this cannot be stepped over without overflow. Real ones stay below 2^18 at schema 8.
constexpr std::int64_t kBucketIndexMax = std::int64_t{1} << 30;
// From here on doubles skip integers, and a sum of buckets may differ from the count without anybody's fault.
constexpr double kExactCountMax = 9007199254740992.0;  // 2^53

std::string in_context(const char* where, const std::string& what) { return std::string(where) + ": " + what; }

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (std::isnan(value)) return "NaN";
  char text[352];  // DBL_MAX has 309 digits before the point
  std::snprintf(text, sizeof(text), "%f", value);
  return text;
}
std::string count_text(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.17g", value);
  return std::isfinite(value) ? text : number(value);
}

Complaint check_span_offset(std::size_t i, const BucketSpan& span) {
  if (span.offset >= 0) return std::nullopt;
  return "span number " + std::to_string(i + 1) + " with offset " + std::to_string(span.offset) +
         ": histogram has a span whose offset is negative";
}

Complaint check_span_total(std::uint64_t wanted, std::size_t have) {
  if (wanted == have) return std::nullopt;
  return "spans need " + std::to_string(wanted) + " buckets, have " + std::to_string(have) +
         " buckets: histogram spans specify different number of buckets than provided";
}

Complaint check_spans(const std::vector<BucketSpan>& spans, std::size_t bucket_count) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (i > 0)
      if (auto complaint = check_span_offset(i, spans[i])) return complaint;
    total += spans[i].length;
  }
  return check_span_total(total, bucket_count);
}

Complaint check_index_range(const std::vector<BucketSpan>& spans) {
  std::int64_t index = 0;
  for (const BucketSpan& span : spans) {
    index += span.offset;
    if (index < -kBucketIndexMax) return "histogram has a bucket index below -" + std::to_string(kBucketIndexMax);
    index += span.length;
    if (index > kBucketIndexMax) return "histogram has a bucket index above " + std::to_string(kBucketIndexMax);
  }
  return std::nullopt;
}

Complaint check_counts(const std::vector<double>& buckets, double& total) {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i] < 0)
      return "bucket number " + std::to_string(i + 1) + " has observation count of " + count_text(buckets[i]) +
             ": histogram has a bucket whose observation count is negative";
    total += buckets[i];
  }
  return std::nullopt;
}

Complaint check_bounds_ascend(const std::vector<double>& bounds) {
  double previous = -std::numeric_limits<double>::infinity();
  for (const double bound : bounds) {
    if (std::isnan(bound)) return "histogram custom bounds must not be NaN";
    if (bound <= previous)
      return "previous bound is " + number(previous) + " and current is " + number(bound) +
             ": histogram custom bounds must be in strictly increasing order";
    previous = bound;
  }
  if (std::isinf(previous) && previous > 0)
    return "last +Inf bound must not be explicitly defined: histogram custom bounds must be finite";
  return std::nullopt;
}

Complaint check_custom_layout(const Histogram& histogram) {
  if (auto complaint = check_bounds_ascend(histogram.custom_values)) return complaint;
  std::uint64_t buckets = 0, reach = 0;
  for (std::size_t i = 0; i < histogram.positive_spans.size(); ++i) {
    const BucketSpan& span = histogram.positive_spans[i];
    if (auto complaint = check_span_offset(i, span)) return complaint;
    buckets += span.length;
    reach += span.length + static_cast<std::uint64_t>(span.offset);
  }
  if (auto complaint = check_span_total(buckets, histogram.positive_buckets.size())) return complaint;
  if (histogram.custom_values.size() + 1 >= reach) return std::nullopt;
  return "only " + std::to_string(histogram.custom_values.size()) +
         " custom bounds defined which is insufficient to cover total span length of " + std::to_string(reach) +
         ": histogram custom bounds are too few";
}

Complaint check_custom(const Histogram& histogram) {
  if (auto complaint = check_custom_layout(histogram)) return in_context("custom buckets", *complaint);
  if (histogram.zero_count != 0) return "custom buckets: must have zero count of 0";
  if (histogram.zero_threshold != 0) return "custom buckets: must have zero threshold of 0";
  if (!histogram.negative_spans.empty()) return "custom buckets: must not have negative spans";
  if (!histogram.negative_buckets.empty()) return "custom buckets: must not have negative buckets";
  return std::nullopt;
}

Complaint check_exponential(const Histogram& histogram, double& negative_total) {
  if (auto complaint = validate_spans(histogram)) return complaint;
  if (auto complaint = check_index_range(histogram.positive_spans)) return in_context("positive side", *complaint);
  if (auto complaint = check_index_range(histogram.negative_spans)) return in_context("negative side", *complaint);
  if (auto complaint = check_counts(histogram.negative_buckets, negative_total))
    return in_context("negative side", *complaint);
  if (!histogram.custom_values.empty()) return "histogram with exponential schema must not have custom bounds";
  return std::nullopt;
}

Complaint check_integer_total(const Histogram& histogram, double in_buckets) {
  if (histogram.count >= kExactCountMax || in_buckets >= kExactCountMax) return std::nullopt;
  const bool big_enough = in_buckets <= histogram.count;
  if (std::isnan(histogram.sum) ? big_enough : in_buckets == histogram.count) return std::nullopt;
  return count_text(in_buckets) + " observations found in buckets, but the Count field is " +
         count_text(histogram.count) +
         (std::isnan(histogram.sum)
              ? ": histogram's observation count should be at least the number of observations found in the buckets"
              : ": histogram's observation count should equal the number of observations found in the buckets (in "
                "absence of NaN)");
}

Complaint check_float_totals(const Histogram& histogram) {
  if (histogram.zero_count < 0)
    return "zero bucket has observation count of " + count_text(histogram.zero_count) +
           ": histogram has a bucket whose observation count is negative";
  if (histogram.count < 0)
    return "observation count is " + count_text(histogram.count) + ": histogram's observation count is negative";
  return std::nullopt;
}

std::string schema_complaint(std::int32_t schema) {
  return "histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom "
         "buckets, got schema " +
         std::to_string(schema);
}

}  // namespace

std::optional<std::string> validate_spans(const Histogram& histogram) {
  if (auto complaint = check_spans(histogram.positive_spans, histogram.positive_buckets.size()))
    return in_context("positive side", *complaint);
  if (auto complaint = check_spans(histogram.negative_spans, histogram.negative_buckets.size()))
    return in_context("negative side", *complaint);
  return std::nullopt;
}

std::optional<std::string> validate_histogram(const Histogram& histogram) {
  double in_buckets = 0;
  if (histogram.schema == kCustomBucketsSchema) {
    if (auto complaint = check_custom(histogram)) return complaint;
  } else if (histogram.schema >= -4 && histogram.schema <= 8) {
    if (auto complaint = check_exponential(histogram, in_buckets)) return complaint;
  } else {
    return schema_complaint(histogram.schema);
  }
  if (auto complaint = check_counts(histogram.positive_buckets, in_buckets))
    return in_context("positive side", *complaint);
  if (!histogram.integer) return check_float_totals(histogram);
  return check_integer_total(histogram, in_buckets + histogram.zero_count);
}

}  // namespace sluice::wire
