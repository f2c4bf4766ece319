// proto/model/sample.h
//
// Room: proto/model. Samples, stale markers, exemplars and metadata.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "proto/model/labels.h"

namespace sluice {

inline constexpr std::uint64_t kStaleNanBits = 0x7ff0000000000002ULL;   // Prometheus: "the series ended here"
inline constexpr std::uint64_t kNormalNanBits = 0x7ff8000000000001ULL;  // the NaN Prometheus itself writes

inline double stale_nan() { return std::bit_cast<double>(kStaleNanBits); }
inline double normal_nan() { return std::bit_cast<double>(kNormalNanBits); }
inline bool is_stale_nan(double v) { return std::bit_cast<std::uint64_t>(v) == kStaleNanBits; }

struct Sample {
  std::int64_t timestamp_ms = 0;
  double value = 0;
};

struct Exemplar {
  std::vector<Label> labels;
  std::int64_t timestamp_ms = 0;
  double value = 0;
};

enum class MetricType : std::uint8_t { unknown, counter, gauge, histogram, gaugehistogram, summary, info, stateset };
const char* metric_type_name(MetricType type);  // as /api/v1/metadata prints it

struct MetricMetadata {
  std::string metric;
  MetricType type = MetricType::unknown;
  std::string help;
  std::string unit;
};

}  // namespace sluice
