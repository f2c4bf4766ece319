#include "storage/tsdb/change_log.h"

#include <algorithm>
#include <limits>

namespace sluice::storage {

void ChangeLog::note(std::int64_t from_ms) {
  const MutexLock lock(mutex_);
  ++position_;
  while (!entries_.empty() && entries_.back().from_ms >= from_ms) entries_.pop_back();
  entries_.push_back({position_, from_ms});
  if (entries_.size() <= kEntriesMax) return;
  // The second takes over the first one's time: whoever is behind either of them recomputes a little more.
  entries_[1].from_ms = entries_[0].from_ms;
  entries_.pop_front();
}

std::uint64_t ChangeLog::position() const {
  const MutexLock lock(mutex_);
  return position_;
}

std::int64_t ChangeLog::changed_from_ms(std::uint64_t position) const {
  const MutexLock lock(mutex_);
  const auto later = std::upper_bound(entries_.begin(), entries_.end(), position,
                                      [](std::uint64_t wanted, const Entry& entry) { return wanted < entry.position; });
  return later == entries_.end() ? std::numeric_limits<std::int64_t>::max() : later->from_ms;
}

}  // namespace sluice::storage
