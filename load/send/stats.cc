#include "load/send/stats.h"

#include <algorithm>
#include <bit>

namespace sluice::load {

void LatencyHistogram::add(std::chrono::nanoseconds latency) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(1, latency.count() / 1000));
  const auto power = static_cast<std::size_t>(std::bit_width(us) - 1);
  const std::size_t step = power >= 4 ? (us >> (power - 4)) & (kSteps - 1) : (us << (4 - power)) & (kSteps - 1);
  ++counts_[std::min(power * kSteps + step, counts_.size() - 1)];
  ++total_;
  max_us_ = std::max(max_us_, us);
}

double LatencyHistogram::quantile_ms(double q) const {
  const auto wanted = static_cast<std::uint64_t>(q * static_cast<double>(total_));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size() && total_ > 0; ++i) {
    seen += counts_[i];
    if (seen <= wanted && seen < total_) continue;
    const double low = static_cast<double>(std::uint64_t{1} << (i / kSteps)) / 1000;
    return std::min(max_ms(), low * (1 + (static_cast<double>(i % kSteps) + 1) / kSteps));
  }
  return 0;
}

void Stats::count_error(const std::string& kind, std::string detail) {
  if (errors.size() < kErrorKindsMax && !errors.contains(kind)) news.push_back(detail);
  if (errors.size() < kErrorKindsMax || errors.contains(kind)) ++errors[kind];
  last_error = std::move(detail);
}

}  // namespace sluice::load
