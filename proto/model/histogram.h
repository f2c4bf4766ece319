// proto/model/histogram.h
//
// Room: proto/model. A native histogram sample, as remote write sends it and PromQL computes with it.
// Bucket counts are absolute doubles, exact up to 2^53 also for integer histograms (`integer` remembers the kind).
// Source of the fields: prometheus.Histogram of remote write 1.0/2.0.
#pragma once

#include <cstdint>
#include <vector>

namespace sluice {

inline constexpr std::int32_t kCustomBucketsSchema = -53;

enum class CounterResetHint : std::uint8_t { unknown, reset, not_reset, gauge };

struct BucketSpan {
  std::int32_t offset = 0;   // first span: index of its first bucket; later: gap to the span before
  std::uint32_t length = 0;  // consecutive buckets
  friend bool operator==(const BucketSpan&, const BucketSpan&) = default;
};

struct Histogram {
  bool integer = false;
  CounterResetHint hint = CounterResetHint::unknown;
  std::int32_t schema = 0;  // -4..8 exponential, kCustomBucketsSchema for custom bounds
  double zero_threshold = 0;
  double zero_count = 0;
  double count = 0;
  double sum = 0;  // stale bits here make the whole sample a stale marker
  std::vector<BucketSpan> positive_spans, negative_spans;
  std::vector<double> positive_buckets, negative_buckets;
  std::vector<double> custom_values;  // upper bounds, +Inf not listed; only with kCustomBucketsSchema
};

}  // namespace sluice
