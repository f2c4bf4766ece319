// storage/disk/rocks_disk.h
//
// Room: storage/disk. The Disk that lasts: one RocksDB in one directory. Its own headers stay in rocks_*.cc.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "storage/disk/disk.h"

namespace sluice::storage {

struct RocksDiskOptions {
  std::string directory;
  std::size_t block_cache_bytes = 64u << 20;          // decoded blocks and table indexes
  std::size_t journal_buffer_bytes = 16u << 20;       // records in memory before they go from the log to a table
  std::uint64_t log_bytes_max = 128u << 20;           // write-ahead log: what a start after a crash reads again
  std::chrono::milliseconds lock_wait{0};             // for another process that holds the directory to end
  std::function<void(const std::string&)> warn = {};  // what the operator should know; from any thread
};

// Opens or creates. unavailable: no space, no permission, or another process holds the directory; corrupt: damaged
// files.
Result<std::unique_ptr<Disk>> open_rocks_disk(const RocksDiskOptions& options);

}  // namespace sluice::storage
