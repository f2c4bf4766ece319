#include "promql/exec/windows.h"

#include <algorithm>

namespace sluice::promql {

void WindowFinder::new_block() {
  for (Slot& slot : slots_) slot.timeline = 0;
}

FoundWindows WindowFinder::find(std::span<const std::int64_t> timestamps_ms) {
  const auto fits = [&](const Slot& s) {
    return s.timeline != 0 && s.data == timestamps_ms.data() && s.size == timestamps_ms.size();
  };
  if (!fits(slots_[last_slot_])) {
    const auto found = std::find_if(slots_.begin(), slots_.end(), fits);
    if (found != slots_.end()) {
      last_slot_ = static_cast<std::size_t>(found - slots_.begin());
    } else {
      last_slot_ = next_slot_;
      next_slot_ = (next_slot_ + 1) % kSlots;
      fill(slots_[last_slot_], timestamps_ms);
    }
  }
  const Slot& slot = slots_[last_slot_];
  return {slot.windows, slot.timeline, slot.samples};
}

void WindowFinder::fill(Slot& slot, std::span<const std::int64_t> timestamps_ms) {
  slot.data = timestamps_ms.data();
  slot.size = timestamps_ms.size();
  slot.timeline = ++timelines_;
  slot.samples = 0;
  slot.windows.resize(steps_);
  // Windows move forward only, so both ends are searched from where they were.
  auto begin = timestamps_ms.begin(), end = timestamps_ms.begin();
  for (std::size_t i = 0; i < steps_; ++i) {
    const std::int64_t after = clock_.start_ms(i), until = clock_.end_ms(i);
    const auto advance = [&](auto from, std::int64_t limit) {
      for (int k = 0; k < 8; ++k, ++from)
        if (from == timestamps_ms.end() || *from > limit) return from;
      return std::upper_bound(from, timestamps_ms.end(), limit);
    };
    end = advance(end, until);
    begin = advance(begin, after);
    if (begin > end) begin = end;  // a window of negative length does not exist, an empty one does
    slot.windows[i] = {static_cast<std::uint32_t>(begin - timestamps_ms.begin()),
                       static_cast<std::uint32_t>(end - timestamps_ms.begin())};
    slot.samples += slot.windows[i].size();
  }
}

}  // namespace sluice::promql
