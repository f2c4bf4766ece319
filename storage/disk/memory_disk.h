// storage/disk/memory_disk.h
//
// Room: storage/disk. The in-memory twin of RocksDisk, for tests: the same promises, and faults on demand.
// A MemoryMedium is what the disk is made of; it outlives the disks that are opened on it, so a test can crash and
// start again.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "storage/disk/disk.h"

namespace sluice::storage {

class MemoryMedium {
 public:
  using Table = std::map<std::string, std::string, std::less<>>;

  // Faults. Each may be changed while a disk is in use.
  std::atomic<bool> writes_fail{false};
  std::atomic<int> fails_and_stays{-1};  // a family: writes to it report an error after the bytes are down
  std::atomic<bool> ingest_fails{false};
  std::atomic<bool> blocks_unreadable{false};
  std::atomic<std::uint64_t> free_bytes{1ull << 40};

  void power_cut() SLUICE_EXCLUDES(mutex_);  // whatever was not synced is gone
  std::uint64_t sync_count() const { return syncs_; }

 private:
  friend class MemoryDisk;
  friend class MemoryCursor;
  struct Undo {
    Family family;
    std::string key;
    std::optional<std::string> before;
  };
  void put(Family family, std::string_view key, std::optional<std::string_view> value) SLUICE_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Table tables_[kFamilyCount] SLUICE_GUARDED_BY(mutex_);
  std::vector<Undo> unsynced_ SLUICE_GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> syncs_{0};
};

std::unique_ptr<Disk> open_memory_disk(std::shared_ptr<MemoryMedium> medium);

}  // namespace sluice::storage
