// load/send/stats.h
//
// Room: load/send. What happened so far, for the live line and the summary.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sluice::load {

// Latencies in buckets that are 1/16 of a power of two wide: quantiles are right to about 6 %.
class LatencyHistogram {
 public:
  void add(std::chrono::nanoseconds latency);
  double quantile_ms(double q) const;  // 0 when nothing was added
  double max_ms() const { return static_cast<double>(max_us_) / 1000; }
  void clear() { *this = LatencyHistogram(); }

 private:
  static constexpr std::size_t kSteps = 16, kPowers = 40;  // microseconds up to 2^40: twelve days
  std::array<std::uint64_t, kSteps * kPowers> counts_{};
  std::uint64_t total_ = 0, max_us_ = 0;
};

struct Stats {
  std::uint64_t samples_acknowledged = 0;
  std::uint64_t samples_refused = 0;  // answered 4xx, or acknowledged in part
  std::uint64_t samples_unknown = 0;  // given up without an answer at the end
  std::uint64_t requests = 0;         // answered, whatever the answer
  std::uint64_t retries = 0;
  std::uint64_t body_bytes = 0;     // compressed, first attempts
  std::uint64_t message_bytes = 0;  // uncompressed
  std::uint64_t pods_replaced = 0;
  std::uint64_t stale_markers = 0;              // acknowledged; also counted as samples
  std::int64_t behind_ms = 0;                   // of the most delayed batch lately, at real time or a fixed rate
  LatencyHistogram latency;                     // of answered attempts, whole run
  LatencyHistogram recent;                      // since the live line was last drawn
  std::map<std::string, std::uint64_t> errors;  // by kind: "503", "connection"; at most kErrorKindsMax
  std::string last_error;
  std::vector<std::string> news;  // the first error of each kind, until the live line has told it

  static constexpr std::size_t kErrorKindsMax = 32;
  void count_error(const std::string& kind, std::string detail);
};

}  // namespace sluice::load
