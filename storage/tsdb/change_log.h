// storage/tsdb/change_log.h
//
// Room: storage/tsdb. From which time on a tenant's samples have changed since a position. Commits mostly bring newer
// samples than the ones before, so what matters of the past is a short list of growing times: entry i says that since
// its position nothing older than its time has come.
#pragma once

#include <cstdint>
#include <deque>

#include "proto/base/mutex.h"
#include "proto/model/series_source.h"

namespace sluice::storage {

class ChangeLog final : public ChangeFeed {
 public:
  // Longer ago, answers are only known to be changed from an earlier time than they were: never the other way round.
  static constexpr std::size_t kEntriesMax = 1024;

  // Samples from `from_ms` on have become visible. After their publication and before their acknowledgement: a reader
  // that saw too little finds them here, and who was told of them is answered with them. O(1) amortised.
  void note(std::int64_t from_ms) SLUICE_EXCLUDES(mutex_);

  std::uint64_t position() const override SLUICE_EXCLUDES(mutex_);
  std::int64_t changed_from_ms(std::uint64_t position) const override SLUICE_EXCLUDES(mutex_);  // O(log entries)

 private:
  struct Entry {
    std::uint64_t position;  // of the newest change it speaks of
    std::int64_t from_ms;    // the oldest sample of that change and of all later ones
  };
  mutable Mutex mutex_;
  std::uint64_t position_ SLUICE_GUARDED_BY(mutex_) = 0;
  std::deque<Entry> entries_ SLUICE_GUARDED_BY(mutex_);  // positions and times both ascend
};

}  // namespace sluice::storage
