#include "storage/tsdb/active_series.h"

#include <limits>
#include <vector>

namespace sluice::storage {

std::shared_ptr<const RefSet> ActiveSeries::in(TimeRangeMs range) const {
  if (range.min_ms > head_.max_time_ms() || range.max_ms < head_.min_time_ms()) return std::make_shared<const RefSet>();
  const MutexLock lock(mutex_);
  const std::uint64_t version = head_.active_version();  // before the copy: what changes meanwhile is copied again
  if (!set_ || version != version_) {
    set_ = collect();
    version_ = version;
  }
  return set_;
}

std::shared_ptr<const RefSet> ActiveSeries::collect() const {
  using Limits = std::numeric_limits<std::int64_t>;
  std::vector<SeriesRef> refs;
  head_.add_active({Limits::min(), Limits::max()}, refs);
  std::vector<std::uint32_t> values;
  values.reserve(refs.size());
  for (const SeriesRef ref : refs) values.push_back(ref.value());
  auto set = std::make_shared<RefSet>(values.size(), values.data());
  set->runOptimize();
  return set;
}

}  // namespace sluice::storage
