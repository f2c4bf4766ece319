// storage/tsdb/flusher.h
//
// Room: storage/tsdb. From heads to blocks: so that a restart replays minutes, and memory can be given back.
//
// Order: note the journal position (with the lanes stopped for a moment); encode what heads hold; write and ingest one
// block per partition, one after the other, so that a backfill of years needs no more memory than its samples; commit
// catalog, new segments, notes and position in one synced batch; tell the heads; cut the journal; evict. A crash
// anywhere in between costs work, never samples.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "proto/base/mutex.h"
#include "storage/tsdb/head_draft.h"
#include "storage/tsdb/store.h"

namespace sluice::storage {

struct FlushCounters {
  std::atomic<std::uint64_t> flushes{0}, failures{0};
};

// Thread safety: every method may be called from any thread; flushes happen one at a time.
class Flusher {
 public:
  explicit Flusher(Store& store) : store_(store) {}

  Result<void> flush() SLUICE_EXCLUDES(mutex_);
  void evict() SLUICE_EXCLUDES(mutex_);  // what is flushed and old, or over the budget
  std::uint64_t journal_bytes() const;   // not yet flushed
  const FlushCounters& counters() const { return counters_; }

  struct TenantCut {  // how far one tenant was at the cut
    std::shared_ptr<Tenant> tenant;
    Watermark registered;
    std::uint64_t metadata_version = 0, exemplars_version = 0;
  };

 private:
  struct Cut {
    JournalPosition position = 0;
    std::uint64_t appended_bytes = 0;
    std::vector<TenantCut> tenants;  // ascending by number
  };
  struct Draft {  // one tenant's, and what its head has to be told when it is safe
    std::shared_ptr<Tenant> tenant;
    FlushTicket ticket;
    HeadDraft parts;
  };

  Cut take_cut() const;
  Result<void> flush_all() SLUICE_REQUIRES(mutex_);
  std::vector<Draft> collect(const Cut& cut) const;
  Result<BlockStore::Change> write_blocks(std::vector<Draft>& drafts) const;
  Result<BlockInfo> write_block(std::int64_t partition_ms, std::vector<Draft>& drafts) const;
  Result<void> commit(const Cut& cut, const BlockStore::Change& change);
  void announce_evict(Tenant& tenant, std::int64_t before_ms) const;
  void evict_before(std::int64_t before_ms) const;
  std::uint64_t head_bytes() const;

  Store& store_;
  FlushCounters counters_;
  Mutex mutex_;
  JournalPosition flushed_position_ SLUICE_GUARDED_BY(mutex_) = 0;
  std::atomic<std::uint64_t> flushed_bytes_{0};
};

}  // namespace sluice::storage
