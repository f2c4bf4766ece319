// promql/cache/range_cache.h
//
// Room: promql/cache. Range queries whose steps are kept from one refresh of a dashboard to the next, so that only the
// steps that are new, or may have changed, are evaluated. The answer is the one that a whole evaluation gives, to the
// bit: what came late is seen through the source's ChangeFeed, and what cannot be divided into steps is never kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "promql/cache/answer_store.h"
#include "promql/cache/reach.h"
#include "promql/engine/engine.h"

namespace sluice::promql {

struct RangeCacheStats {
  std::uint64_t hits = 0;     // every step was kept
  std::uint64_t partial = 0;  // some were
  std::uint64_t misses = 0;   // none was, or the query cannot be kept
  std::uint64_t bytes = 0;
};

// Thread safety: every method may be called from any thread. The engine outlives it.
class RangeCache {
 public:
  // bytes_max 0: nothing is kept.
  RangeCache(const Engine& engine, std::uint64_t bytes_max)
      : engine_(engine), bytes_max_(bytes_max), store_(bytes_max) {}

  // As Engine::execute, for range queries. QueryResult::stats speak of what had to be evaluated; annotations are
  // complete. `tenant`: whose source it is.
  Result<QueryResult> execute(const std::string& tenant, std::shared_ptr<const SeriesSource> source,
                              const QueryRequest& request);
  RangeCacheStats stats() const;

 private:
  class Passage;
  std::optional<Reach> keepable(const SeriesSource& source, const QueryRequest& request) const;

  const Engine& engine_;
  const std::uint64_t bytes_max_;
  AnswerStore store_;
  std::atomic<std::uint64_t> hits_{0}, partial_{0}, misses_{0};
};

}  // namespace sluice::promql
