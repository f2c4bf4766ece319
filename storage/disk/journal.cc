#include "storage/disk/journal.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "storage/disk/bytes.h"

namespace sluice::storage {

namespace {

constexpr std::ptrdiff_t kFailedMax = 10'000;  // positions of failed writes to take back; more: the newest

// key := position:be64
std::string key_of(JournalPosition position) {
  std::string key;
  put_be64(key, position);
  return key;
}

class DiskJournal final : public Journal {
 public:
  DiskJournal(Disk& disk, JournalPosition last) : disk_(disk), last_(last) {}

  Result<JournalPosition> append(std::span<const std::string_view> records, Sync sync) override {
    const auto batch = disk_.new_batch();
    // Taken before the write: two lanes may append at once, and RocksDB joins their syncs.
    const JournalPosition before = last_.fetch_add(records.size());
    JournalPosition position = before;
    const auto taken_back = failed();
    for (const JournalPosition failed : taken_back) batch->erase(Family::journal, key_of(failed));
    for (const std::string_view record : records) batch->put(Family::journal, key_of(++position), record);
    if (auto written = disk_.commit(*batch, sync); !written) {
      note_failed(before, position);
      return tl::unexpected(written.error());
    }
    forget_failed(taken_back);
    bytes_ += batch->bytes();
    return position;
  }

  Result<void> replay(JournalPosition after, const Visit& visit) const override {
    const auto cursor = disk_.cursor(Family::journal, {key_of(after + 1), ""}, Caching::bypass);
    for (cursor->seek(key_of(after + 1)); cursor->valid(); cursor->next()) {
      const JournalPosition position = ByteReader(cursor->key()).be64();
      if (auto seen = visit(position, cursor->value()); !seen) return seen;
    }
    return cursor->status();
  }

  Result<void> truncate(JournalPosition up_to) override {
    return disk_.drop(Family::journal, {key_of(0), key_of(up_to + 1)});
  }

  JournalPosition last() const override { return last_; }
  std::uint64_t appended_bytes() const override { return bytes_; }

 private:
  // A write that failed may be on disk all the same, and what it said was refused: something else may be accepted in
  // its place. So the next write that succeeds takes it back.
  std::vector<JournalPosition> failed() const SLUICE_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return failed_;
  }
  void note_failed(JournalPosition before, JournalPosition last) SLUICE_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (before < last) failed_.push_back(++before);
    std::sort(failed_.begin(), failed_.end());
    if (std::ssize(failed_) > kFailedMax) failed_.erase(failed_.begin(), failed_.end() - kFailedMax);
  }
  void forget_failed(const std::vector<JournalPosition>& erased) SLUICE_EXCLUDES(mutex_) {
    if (erased.empty()) return;
    const MutexLock lock(mutex_);
    std::erase_if(failed_, [&](JournalPosition p) { return std::binary_search(erased.begin(), erased.end(), p); });
  }

  Disk& disk_;
  mutable Mutex mutex_;
  std::vector<JournalPosition> failed_ SLUICE_GUARDED_BY(mutex_);  // since the last write that did not
  std::atomic<JournalPosition> last_;
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace

Result<std::unique_ptr<Journal>> open_journal(Disk& disk, JournalPosition floor) {
  const auto cursor = disk.cursor(Family::journal, {key_of(floor + 1), ""}, Caching::bypass);
  cursor->seek_to_last();
  const JournalPosition stored = cursor->valid() ? ByteReader(cursor->key()).be64() : 0;
  if (auto status = cursor->status(); !status) return tl::unexpected(status.error());
  return std::make_unique<DiskJournal>(disk, std::max(floor, stored));
}

}  // namespace sluice::storage
