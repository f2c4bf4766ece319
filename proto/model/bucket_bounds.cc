#include "proto/model/bucket_bounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace sluice {
namespace {

constexpr std::int32_t kSchemaMax = 8;
constexpr std::int64_t kExponentMax = 1024;  // 2^1024 is the first power of two that is no double

using Fractions = std::array<std::vector<double>, kSchemaMax + 1>;

// The bounds in [0.5, 1) of every schema. Not correctly rounded: Prometheus computed them by repeated multiplication,
// and everything that compares bounds has come to depend on its table.
Fractions compute_fractions() {
  Fractions fractions;
  fractions[0] = {0.5};
  for (std::int32_t schema = 1; schema <= kSchemaMax; ++schema) {
    const double root = std::exp2(std::ldexp(1.0, -schema));
    const double factor = schema == 1 ? std::nextafter(root, 0.0) : root;
    auto& bounds = fractions[static_cast<std::size_t>(schema)];
    const auto& coarser = fractions[static_cast<std::size_t>(schema) - 1];
    for (std::size_t i = 0; i < coarser.size() * 2; ++i)
      bounds.push_back(i % 2 == 0 ? coarser[i / 2] : bounds[i - 1] * factor);
  }
  return fractions;
}

double power(double fraction, std::int64_t exponent) {
  if (fraction == 0.5 && exponent == kExponentMax + 1) return std::numeric_limits<double>::max();
  return std::ldexp(fraction, static_cast<int>(std::clamp<std::int64_t>(exponent, -5000, 5000)));
}

// Schemas below zero: every bound is a power of two. Indexes are int32, and so is what a shift by 4 makes of them.
double coarse_bound(std::int64_t index, std::int32_t schema) { return power(0.5, index * (1LL << -schema) + 1); }

double fine_bound(std::int64_t index, std::int32_t schema) {
  static const Fractions kFractions = compute_fractions();
  const std::int64_t mask = (1LL << schema) - 1;
  const auto& bounds = kFractions[static_cast<std::size_t>(schema)];
  return power(bounds[static_cast<std::size_t>(index & mask)], (index >> schema) + 1);
}

BucketBounds custom_bucket(const Histogram& histogram, std::int64_t index) {
  return {custom_bound(index - 1, histogram.custom_values), custom_bound(index, histogram.custom_values), index == 0,
          true};
}

}  // namespace

double exponential_bound(std::int64_t index, std::int32_t schema) {
  return schema < 0 ? coarse_bound(index, schema) : fine_bound(index, std::min(schema, kSchemaMax));
}

double custom_bound(std::int64_t index, const std::vector<double>& custom_values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (index < 0) return -kInfinity;
  return index < std::ssize(custom_values) ? custom_values[static_cast<std::size_t>(index)] : kInfinity;
}

BucketBounds positive_bucket(const Histogram& histogram, std::int64_t index) {
  if (histogram.schema == kCustomBucketsSchema) return custom_bucket(histogram, index);
  return {exponential_bound(index - 1, histogram.schema), exponential_bound(index, histogram.schema), false, true};
}

BucketBounds negative_bucket(const Histogram& histogram, std::int64_t index) {
  const BucketBounds mirrored = positive_bucket(histogram, index);
  return {-mirrored.upper, -mirrored.lower, true, false};
}

BucketBounds zero_bucket(const Histogram& histogram) {
  return {-histogram.zero_threshold, histogram.zero_threshold, true, true};
}

}  // namespace sluice
