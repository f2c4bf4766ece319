// storage/frame/histogram_codec.h
//
// Room: storage/frame. A sequence of native histograms with their timestamps as bytes. The layout (schema, spans,
// custom bounds, kind) is written when it changes; counts as bit-packed differences to the histogram before, or XORed
// doubles where a count is not an integer. Every field round-trips bit for bit. Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/error.h"
#include "proto/model/histogram.h"
#include "proto/model/series_source.h"

namespace sluice::storage {

inline constexpr std::size_t kHistogramsPerRunMax = 1u << 20;  // decode refuses more in one run
inline constexpr std::size_t kHistogramListMax = 1u << 16;     // spans, buckets or bounds of one histogram

struct TimedHistogram {
  std::int64_t timestamp_ms = 0;
  Histogram histogram;
};

// Appends one self-delimiting run. No list of a histogram may be longer than kHistogramListMax (the wire refuses
// sooner).
void encode_histograms(std::span<const HistogramPoint> points, std::string& out);

// Appends the run's histograms to `out` and moves `bytes` behind the run. Error: corrupt (`out` then holds a part).
// Memory is bounded by the bytes given, not by what they claim.
[[nodiscard]] Result<void> decode_histograms(std::string_view& bytes, std::vector<TimedHistogram>& out);

}  // namespace sluice::storage
