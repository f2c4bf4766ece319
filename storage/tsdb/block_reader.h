// storage/tsdb/block_reader.h
//
// Room: storage/tsdb. One tenant's view of one block. It can only reach keys that start with its own tenant's number.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "proto/base/mutex.h"
#include "storage/disk/block_store.h"
#include "storage/index/series_index.h"
#include "storage/tsdb/run_codec.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

using Timeline = std::vector<std::int64_t>;

Error damaged_block(BlockId id, const char* what);

// Thread safety: every method may be called from any thread.
class BlockReader {
 public:
  BlockReader(std::shared_ptr<const Block> block, TenantNumber tenant) : block_(std::move(block)), tenant_(tenant) {}

  const BlockInfo& info() const { return block_->info; }
  Result<RefSet> series() const;  // who has samples here; empty when the tenant has none

  // A cursor over the tenant's runs.
  RunCursor runs(Caching caching) const { return RunCursor(block_, tenant_, BlockKind::runs, caching); }
  // Decoded once and shared from then on: equal timelines are equal pointers.
  Result<std::shared_ptr<const Timeline>> timeline(std::uint32_t id) const SLUICE_EXCLUDES(mutex_);

 private:
  Result<std::shared_ptr<const Timeline>> load(std::uint32_t id) const;

  const std::shared_ptr<const Block> block_;
  const TenantNumber tenant_;
  mutable Mutex mutex_;
  mutable std::unordered_map<std::uint32_t, std::shared_ptr<const Timeline>> timelines_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::storage
