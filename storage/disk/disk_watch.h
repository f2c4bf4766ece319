// storage/disk/disk_watch.h
//
// Room: storage/disk. Decides whether writes may be tried: too little free space or a failed write makes the store
// read-only with a reason; a probe, made by whoever asks next, lifts it again. Nobody has to restart anything.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "storage/disk/disk.h"

namespace sluice::storage {

struct DiskHealth {
  bool writable = true;
  std::string trouble;  // why not, and what to do
};

// Thread safety: every method may be called from any thread.
class DiskWatch {
 public:
  static constexpr std::chrono::milliseconds kProbeInterval{500};

  DiskWatch(Disk& disk, const Clock& clock, std::uint64_t free_bytes_min);

  // Cheap: looks at the disk at most once per kProbeInterval. unavailable with the reason while there is trouble.
  Result<void> admit() SLUICE_EXCLUDES(mutex_);
  void failed(const Error& error) SLUICE_EXCLUDES(mutex_);  // a write did not succeed
  DiskHealth health() const SLUICE_EXCLUDES(mutex_);

 private:
  void look() SLUICE_REQUIRES(mutex_);
  Result<void> enough_space() const;
  std::int64_t now_ms() const;

  Disk& disk_;
  const Clock& clock_;
  const std::uint64_t free_bytes_min_;
  std::atomic<std::int64_t> next_look_ms_;
  std::atomic<bool> writable_{true};
  mutable Mutex mutex_;
  bool write_failed_ SLUICE_GUARDED_BY(mutex_) = false;
  std::string trouble_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::storage
