// storage/disk/block_store.h
//
// Room: storage/disk. Blocks: sorted, immutable, and either wholly there or not. A block holds the samples of one time
// partition, of all tenants; what the values mean is tsdb's business (docs/formats/block.md draws both).
//
//   key := block:be64 tenant:be32 kind:u8 metric:be32 last_ref:be32
//
// A run of series is filed under its *last* ref: RocksDB seeks forward, so seek(metric, ref) lands on the run that may
// hold `ref`.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/strong.h"
#include "storage/disk/disk.h"

namespace sluice::storage {

using TenantNumber = Strong<struct TenantNumberTag, std::uint32_t>;  // dense, in order of first write, never reused
using BlockId = Strong<struct BlockIdTag, std::uint64_t>;            // ascending, never reused

enum class BlockKind : std::uint8_t { runs = 0, timelines = 1, series = 2 };

struct RunKey {
  TenantNumber tenant;
  BlockKind kind = BlockKind::runs;
  SymbolId metric;
  SeriesRef last;
  friend auto operator<=>(const RunKey&, const RunKey&) = default;
};

struct BlockInfo {  // the catalog's entry
  BlockId id;
  std::int64_t partition_ms = 0;        // start of the partition
  std::int64_t min_ms = 0, max_ms = 0;  // of the samples, both inclusive
  std::uint64_t samples = 0, bytes = 0;
  bool final = false;  // the whole partition in its final form
};

class Block;

// Walks the values of one kind of one tenant in one block. Not thread-safe. Keeps its block alive.
class RunCursor {
 public:
  RunCursor(std::shared_ptr<const Block> block, TenantNumber tenant, BlockKind kind, Caching caching);
  void seek(SymbolId metric, SeriesRef ref);  // to the run that may hold the series
  bool valid() const { return cursor_->valid(); }
  void next() { cursor_->next(); }
  RunKey key() const;
  std::string_view value() const { return cursor_->value(); }  // until the next move
  Result<void> status() const { return cursor_->status(); }

 private:
  std::shared_ptr<const Block> block_;
  TenantNumber tenant_;
  BlockKind kind_;
  std::unique_ptr<Cursor> cursor_;
};

// A reader's hold on a block: the bytes stay while anybody has one, also after compaction has replaced the block.
class Block {
 public:
  Block(std::shared_ptr<Disk> disk, const BlockInfo& info) : info(info), disk_(std::move(disk)) {}
  ~Block();  // the last one out of a doomed block drops its bytes
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  const BlockInfo info;
  bool overlaps(std::int64_t min_ms, std::int64_t max_ms) const {
    return info.min_ms <= max_ms && min_ms <= info.max_ms;
  }
  std::vector<TenantNumber> tenants(Result<void>& status) const;  // who has data here, ascending

 private:
  friend class BlockStore;
  friend class RunCursor;
  const std::shared_ptr<Disk> disk_;
  std::atomic<bool> doomed_{false};
};

// Builds one block. Keys ascending. Destroyed before finish(): nothing has happened.
class BlockWriter {
 public:
  BlockWriter(BlockId id, std::unique_ptr<SortedFile> file) : id_(id), file_(std::move(file)) {}
  BlockId id() const { return id_; }
  Result<void> add(const RunKey& key, std::string_view value);
  std::uint64_t bytes() const { return file_->bytes(); }
  bool empty() const { return empty_; }
  // The bytes are in the store, but no block until its BlockInfo is committed: without that, the next start removes
  // them.
  Result<void> finish() { return file_->ingest(); }

 private:
  const BlockId id_;
  std::unique_ptr<SortedFile> file_;
  bool empty_ = true;
};

// Thread safety: every method may be called from any thread.
class BlockStore {
 public:
  using Blocks = std::vector<std::shared_ptr<const Block>>;  // ascending by (partition, id)

  // Reads the catalog and removes what an interrupted flush left without an entry.
  static Result<std::unique_ptr<BlockStore>> open(std::shared_ptr<Disk> disk);

  Result<std::unique_ptr<BlockWriter>> new_block();
  Blocks all() const SLUICE_EXCLUDES(mutex_);
  Blocks overlapping(std::int64_t min_ms, std::int64_t max_ms) const SLUICE_EXCLUDES(mutex_);

  struct Change {
    std::vector<BlockInfo> added;
    std::vector<BlockId> removed;
  };
  // Makes a change of the catalog durable, together with what else is in the batch, then visible. One at a time.
  // After an error nobody knows what the disk has: a write may fail and be found by the next start all the same. So the
  // bytes of all blocks in question stay, and the next commit says again what holds; only then the added ones go.
  Result<void> commit(const Change& change, CommitBatch& batch) SLUICE_EXCLUDES(commit_mutex_, mutex_);
  // The change was never committed: gives back the space of what it would have added.
  void discard(const Change& change);

 private:
  explicit BlockStore(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}
  Result<void> load_catalog();
  Result<void> remove_orphans();
  void apply(const Change& change) SLUICE_EXCLUDES(mutex_);
  void drop(const std::vector<BlockId>& blocks);  // a failure costs space until the next start
  Change undo_of(const Change& change) const SLUICE_EXCLUDES(mutex_);

  const std::shared_ptr<Disk> disk_;
  std::atomic<std::uint64_t> last_id_{0};
  Mutex commit_mutex_;
  std::vector<Change> undo_
      SLUICE_GUARDED_BY(commit_mutex_);  // of changes that failed, since the last one that did not
  mutable Mutex mutex_;
  std::map<BlockId, std::shared_ptr<Block>> blocks_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::storage
