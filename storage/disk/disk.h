// storage/disk/disk.h
//
// Room: storage/disk. An ordered map of bytes that survives: five families, one atomic batch across them, sorted files
// that are taken in whole. RocksDB (rocks_disk.h) is one, the in-memory twin for tests (memory_disk.h) another, and
// GuardedDisk watches over either. What the bytes mean is said by Journal, BlockStore and MetaStore.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/error.h"

namespace sluice::storage {

enum class Family : std::uint8_t { journal, series, symbols, blocks, meta };
inline constexpr std::size_t kFamilyCount = 5;
const char* family_name(Family family);

enum class Sync : bool { no, yes };          // yes: the write returns after the medium has it
enum class Caching : bool { keep, bypass };  // bypass: read once and forgotten (compaction, start-up)

// [from, to) in byte order. An empty `to` means: to the end of the family.
struct KeyRange {
  std::string from, to;
};

// Puts and erases that happen together or not at all. Filled by one thread, committed once.
class CommitBatch {
 public:
  virtual ~CommitBatch() = default;
  virtual void put(Family family, std::string_view key, std::string_view value) = 0;
  virtual void erase(Family family, std::string_view key) = 0;
  virtual std::uint64_t bytes() const = 0;
};

// Walks one key range of one family, as the family was when the cursor was made. Not thread-safe.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual void seek(std::string_view key) = 0;
  virtual void seek_to_last() = 0;
  virtual bool valid() const = 0;
  virtual void next() = 0;
  virtual std::string_view key() const = 0;    // until the next move
  virtual std::string_view value() const = 0;  // until the next move
  virtual Result<void> status() const = 0;     // an invalid cursor is either at the end or has an error: ask
};

// A file that is built beside the store and becomes part of it in one step. Keys strictly ascending.
class SortedFile {
 public:
  virtual ~SortedFile() = default;  // not ingested: removes itself
  virtual Result<void> add(std::string_view key, std::string_view value) = 0;
  virtual std::uint64_t bytes() const = 0;
  virtual Result<void> ingest() = 0;  // durable when it returns; an empty file is nothing
};

struct DiskUsage {
  std::uint64_t bytes = 0;                        // of all our files
  std::uint64_t free_bytes = 0;                   // of the file system below
  std::uint64_t family_bytes[kFamilyCount] = {};  // of the tables; what is only in the write-ahead log is not counted
};

// Thread safety: every method may be called from any thread.
// Errors: unavailable for I/O and space (try again later), corrupt for bytes that are wrong.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual std::unique_ptr<CommitBatch> new_batch() const = 0;
  virtual Result<void> commit(CommitBatch& batch, Sync sync) = 0;
  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
  virtual std::unique_ptr<Cursor> cursor(Family family, KeyRange range, Caching caching) const = 0;
  virtual Result<std::unique_ptr<SortedFile>> new_file(Family family) = 0;
  // Forgets a range of ingested files or of journal records. Cheap: whole files go, nothing is rewritten. Keys of files
  // that straddle the edge may stay visible in the journal (its reader starts behind them); in other families none do.
  virtual Result<void> drop(Family family, const KeyRange& range) = 0;
  virtual Result<DiskUsage> usage() const = 0;           // reads the directory: for pages, not for paths
  virtual Result<std::uint64_t> free_bytes() const = 0;  // one system call
  virtual std::uint64_t sync_count() const = 0;
  virtual Result<void> recover() = 0;  // after an error: may writes be tried again?
};

}  // namespace sluice::storage
