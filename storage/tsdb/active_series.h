// storage/tsdb/active_series.h
//
// Room: storage/tsdb. The set of series with samples in a head, kept until series come or go: most questions find it as
// the last one left it.
#pragma once

#include <cstdint>
#include <memory>

#include "proto/base/mutex.h"
#include "proto/model/series_source.h"
#include "storage/head/head.h"
#include "storage/index/series_index.h"

namespace sluice::storage {

// Thread safety: every method may be called from any thread.
class ActiveSeries {
 public:
  explicit ActiveSeries(const Head& head) : head_(head) {}
  // Never too few; empty when memory has nothing in `range`.
  std::shared_ptr<const RefSet> in(TimeRangeMs range) const SLUICE_EXCLUDES(mutex_);

 private:
  std::shared_ptr<const RefSet> collect() const;

  const Head& head_;
  mutable Mutex mutex_;
  mutable std::shared_ptr<const RefSet> set_ SLUICE_GUARDED_BY(mutex_);
  mutable std::uint64_t version_ SLUICE_GUARDED_BY(mutex_) = 0;
};

}  // namespace sluice::storage
