// promql/exec/windows.h
//
// Room: promql/exec. Which samples of a series lie in which window, found once for all series that share timestamps.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "promql/func/range_function.h"

namespace sluice::promql {

struct FoundWindows {
  std::span<const SampleWindow> windows;
  std::uint64_t timeline = 0;  // same number: same windows as before
  std::uint64_t samples = 0;   // the sum of all window sizes
};

// Not thread-safe: one per reader.
class WindowFinder {
 public:
  WindowFinder(const WindowClock& clock, std::size_t steps) : clock_(clock), steps_(steps) {}

  // Buffers are reused from block to block: addresses of the block before mean nothing any more.
  void new_block();
  // Valid until new_block() or the next few calls (kSlots).
  FoundWindows find(std::span<const std::int64_t> timestamps_ms);

 private:
  static constexpr std::size_t kSlots = 8;  // targets whose series may come interleaved
  struct Slot {
    const std::int64_t* data = nullptr;
    std::size_t size = 0;
    std::vector<SampleWindow> windows;
    std::uint64_t timeline = 0, samples = 0;
  };
  void fill(Slot& slot, std::span<const std::int64_t> timestamps_ms);

  const WindowClock clock_;
  const std::size_t steps_;
  std::array<Slot, kSlots> slots_;
  std::size_t next_slot_ = 0, last_slot_ = 0;
  std::uint64_t timelines_ = 0;
};

}  // namespace sluice::promql
