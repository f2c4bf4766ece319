#include "storage/disk/journal.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "storage/disk/bytes.h"

namespace sluice::storage {

namespace {

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
    JournalPosition position = last_.fetch_add(records.size());
    for (const std::string_view record : records) batch->put(Family::journal, key_of(++position), record);
    if (auto written = disk_.commit(*batch, sync); !written) return tl::unexpected(written.error());
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
  Disk& disk_;
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
