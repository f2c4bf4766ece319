#include "storage/disk/disk_watch.h"

namespace sluice::storage {

DiskWatch::DiskWatch(Disk& disk, const Clock& clock, std::uint64_t free_bytes_min)
    : disk_(disk), clock_(clock), free_bytes_min_(free_bytes_min), next_look_ms_(now_ms()) {}

std::int64_t DiskWatch::now_ms() const {
  using namespace std::chrono;
  return duration_cast<milliseconds>(clock_.steady_now().time_since_epoch()).count();
}

Result<void> DiskWatch::admit() {
  if (writable_ && now_ms() < next_look_ms_) return {};
  const MutexLock lock(mutex_);
  if (now_ms() >= next_look_ms_) look();
  if (writable_) return {};
  return fail(Errc::unavailable, trouble_);
}

void DiskWatch::failed(const Error& error) {
  const MutexLock lock(mutex_);
  write_failed_ = true;
  trouble_ = "the store is read-only after a failed write: " + error.detail();
  writable_ = false;
  next_look_ms_ = now_ms() + kProbeInterval.count();
}

DiskHealth DiskWatch::health() const {
  const MutexLock lock(mutex_);
  return {writable_, writable_ ? std::string() : trouble_};
}

void DiskWatch::look() {
  next_look_ms_ = now_ms() + kProbeInterval.count();
  auto well = enough_space();
  if (well && write_failed_) well = disk_.recover();
  if (well) write_failed_ = false;
  if (!well) trouble_ = "the store is read-only: " + well.error().detail();
  writable_ = well.has_value();
}

Result<void> DiskWatch::enough_space() const {
  const auto free = disk_.free_bytes();
  if (!free) return tl::unexpected(free.error());
  if (*free >= free_bytes_min_) return {};
  return fail(Errc::unavailable,
              std::to_string(*free) + " bytes are free on the data disk, and disk_free_bytes_min is " +
                  std::to_string(free_bytes_min_) + ": free some space or lower the limit; writing resumes by itself");
}

}  // namespace sluice::storage
