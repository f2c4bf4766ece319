// storage/head/series_state.h
//
// Room: storage/head. What the head knows of a series at first touch: one cache line, so that judging and publishing a
// sample that fits costs one miss.
#pragma once

#include <cstdint>
#include <limits>

namespace sluice::storage {

inline constexpr std::uint32_t kNone = 0xffffffff;
inline constexpr std::uint32_t kNoTarget = 0xffffff;  // of a series that was never ensured
inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

// The in-order float samples of a series are, from old to new: sealed blocks, then the open run. The open run is
// open_count consecutive positions of `timeline` that end at `position`; its values lie in a tail slot, or are all
// last_value when there is no tail. A series' very first sample has no timeline yet (open_count 1, timeline kNone):
// last_ms is its timestamp, and where it belongs is decided when the second one comes.
struct alignas(64) SeriesState {
  // the published stream: under the head's lock
  std::int64_t last_ms = kNever;  // newest in-order float; kept when its sample is evicted
  double last_value = 0;

  // admitted: the writer's alone
  std::int64_t admitted_ms = kNever;  // newest accepted in-order sample of either kind
  std::uint64_t admitted_bits = 0;    // its value, unless it is a histogram

  std::uint32_t position = 0;
  std::uint32_t timeline = kNone;
  std::uint32_t tail = kNone;
  std::uint32_t first_block = kNone, last_block = kNone;
  std::uint32_t unflushed = 0;  // the newest so many in-order floats are not flushed
  std::uint32_t target : 24 = kNoTarget;
  std::uint32_t gaps : 4 = 0;   // recent positions left out; many mean that the timeline does not suit
  std::uint32_t moves : 4 = 0;  // timelines left; many mean that none does
  std::uint16_t open_count = 0;
  bool admitted_histogram = false;
  bool active : 1 = false;    // has samples in memory
  bool has_side : 1 = false;  // late samples, histograms or starts: see side.h

  bool ensured() const { return target != kNoTarget; }
  bool homeless() const { return timeline == kNone && open_count == 1; }
  std::uint32_t open_first() const { return position + 1 - open_count; }
};
static_assert(sizeof(SeriesState) == 64);

}  // namespace sluice::storage
