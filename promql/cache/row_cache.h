// promql/cache/row_cache.h
//
// Room: promql/cache. The rows of aggregations, kept from one refresh of a dashboard to the next, so that only steps
// that are new, or may have changed, are evaluated. What came late is seen through the source's ChangeFeed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "promql/cache/row_store.h"
#include "promql/exec/row_keeper.h"
#include "proto/model/series_source.h"

namespace sluice::promql {

struct RowCacheStats {
  std::uint64_t steps_kept = 0, steps_evaluated = 0;  // of aggregations that may be kept
  std::uint64_t bytes = 0;
};

// Thread safety: every method may be called from any thread. It outlives the keepers it makes.
class RowCache {
 public:
  // bytes_max 0: nothing is kept.
  explicit RowCache(std::uint64_t bytes_max) : bytes_max_(bytes_max), store_(bytes_max) {}

  // For one query over `source`, which is `tenant`'s; made before the query reads. nullptr: nothing can be kept.
  std::unique_ptr<RowKeeper> keeper(const std::string& tenant, std::shared_ptr<const SeriesSource> source);
  RowCacheStats stats() const { return {steps_kept_, steps_evaluated_, store_.bytes()}; }

 private:
  class TenantKeeper;
  const std::uint64_t bytes_max_;
  RowStore store_;
  std::atomic<std::uint64_t> steps_kept_{0}, steps_evaluated_{0};
};

}  // namespace sluice::promql
