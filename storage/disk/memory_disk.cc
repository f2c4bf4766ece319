#include "storage/disk/memory_disk.h"

#include <algorithm>

#include "proto/base/check.h"

namespace sluice::storage {

namespace {

std::size_t index_of(Family family) { return static_cast<std::size_t>(family); }

class MemoryBatch final : public CommitBatch {
 public:
  struct Change {
    Family family;
    std::string key;
    std::optional<std::string> value;
  };
  void put(Family family, std::string_view key, std::string_view value) override {
    changes.push_back({family, std::string(key), std::string(value)});
    bytes_ += key.size() + value.size();
  }
  void erase(Family family, std::string_view key) override {
    changes.push_back({family, std::string(key), std::nullopt});
    bytes_ += key.size();
  }
  std::uint64_t bytes() const override { return bytes_; }

  std::vector<Change> changes;

 private:
  std::uint64_t bytes_ = 0;
};

}  // namespace

void MemoryMedium::put(Family family, std::string_view key, std::optional<std::string_view> value) {
  Table& table = tables_[index_of(family)];
  const auto at = table.find(key);
  Undo undo{family, std::string(key), std::nullopt};
  if (at != table.end()) undo.before = at->second;
  unsynced_.push_back(std::move(undo));
  if (value) {
    table.insert_or_assign(std::string(key), std::string(*value));
  } else if (at != table.end()) {
    table.erase(at);
  }
}

void MemoryMedium::power_cut() {
  const MutexLock lock(mutex_);
  for (auto undo = unsynced_.rbegin(); undo != unsynced_.rend(); ++undo) {
    Table& table = tables_[index_of(undo->family)];
    if (undo->before) {
      table[undo->key] = *undo->before;
    } else {
      table.erase(undo->key);
    }
  }
  unsynced_.clear();
}

// Copies its range: a twin may be slow, but it must show the family as it was.
class MemoryCursor final : public Cursor {
 public:
  MemoryCursor(MemoryMedium& medium, Family family, const KeyRange& range)
      : unreadable_(family == Family::blocks && medium.blocks_unreadable) {
    at_ = rows_.end();
    if (unreadable_) return;
    const MutexLock lock(medium.mutex_);
    const MemoryMedium::Table& table = medium.tables_[index_of(family)];
    const auto end = range.to.empty() ? table.end() : table.lower_bound(range.to);
    for (auto at = table.lower_bound(range.from); at != end; ++at) rows_.insert(*at);
    at_ = rows_.end();
  }
  void seek(std::string_view key) override { at_ = rows_.lower_bound(key); }
  void seek_to_last() override { at_ = rows_.empty() ? rows_.end() : std::prev(rows_.end()); }
  bool valid() const override { return at_ != rows_.end(); }
  void next() override { ++at_; }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return at_->second; }
  Result<void> status() const override {
    if (unreadable_) return fail(Errc::corrupt, "reading blocks: the twin was told to fail");
    return {};
  }

 private:
  const bool unreadable_;
  MemoryMedium::Table rows_;
  MemoryMedium::Table::const_iterator at_;
};

namespace {

class MemoryFile final : public SortedFile {
 public:
  MemoryFile(MemoryMedium& medium, Disk& disk, Family family) : medium_(medium), disk_(disk), family_(family) {}

  Result<void> add(std::string_view key, std::string_view value) override {
    CHECK(last_key_.empty() || last_key_ < key);
    last_key_ = key;
    batch_.put(family_, key, value);
    return {};
  }
  std::uint64_t bytes() const override { return batch_.bytes(); }
  Result<void> ingest() override {
    if (medium_.ingest_fails) return fail(Errc::unavailable, "ingesting a file: the twin was told to fail");
    return disk_.commit(batch_, Sync::yes);
  }

 private:
  MemoryMedium& medium_;
  Disk& disk_;
  const Family family_;
  std::string last_key_;
  MemoryBatch batch_;
};

}  // namespace

class MemoryDisk final : public Disk {
 public:
  explicit MemoryDisk(std::shared_ptr<MemoryMedium> medium) : medium_(std::move(medium)) {}

  std::unique_ptr<CommitBatch> new_batch() const override { return std::make_unique<MemoryBatch>(); }

  Result<void> commit(CommitBatch& batch, Sync sync) override {
    if (medium_->writes_fail) return fail(Errc::unavailable, "writing: the twin was told to fail");
    const MutexLock lock(medium_->mutex_);
    const auto& changes = static_cast<MemoryBatch&>(batch).changes;
    for (const auto& change : changes) {
      medium_->put(change.family, change.key, change.value);
    }
    if (sync == Sync::yes) {
      medium_->unsynced_.clear();
      ++medium_->syncs_;
    }
    const auto fails = [&](const auto& change) { return static_cast<int>(change.family) == medium_->fails_and_stays; };
    if (std::any_of(changes.begin(), changes.end(), fails)) {
      return fail(Errc::unavailable, "writing: the twin was told to fail at the end");
    }
    return {};
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    const MutexLock lock(medium_->mutex_);
    const auto& table = medium_->tables_[index_of(family)];
    const auto at = table.find(key);
    if (at == table.end()) return std::nullopt;
    return at->second;
  }

  std::unique_ptr<Cursor> cursor(Family family, KeyRange range, Caching) const override {
    return std::make_unique<MemoryCursor>(*medium_, family, range);
  }

  Result<std::unique_ptr<SortedFile>> new_file(Family family) override {
    return std::make_unique<MemoryFile>(*medium_, *this, family);
  }

  Result<void> drop(Family family, const KeyRange& range) override {
    if (medium_->writes_fail) return fail(Errc::unavailable, "dropping: the twin was told to fail");
    const MutexLock lock(medium_->mutex_);
    auto& table = medium_->tables_[index_of(family)];
    const auto end = range.to.empty() ? table.end() : table.lower_bound(range.to);
    table.erase(table.lower_bound(range.from), end);
    return {};
  }

  Result<DiskUsage> usage() const override {
    const MutexLock lock(medium_->mutex_);
    DiskUsage usage;
    usage.free_bytes = medium_->free_bytes;
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
      for (const auto& [key, value] : medium_->tables_[i]) usage.family_bytes[i] += key.size() + value.size();
      usage.bytes += usage.family_bytes[i];
    }
    return usage;
  }

  Result<std::uint64_t> free_bytes() const override { return medium_->free_bytes.load(); }
  std::uint64_t sync_count() const override { return medium_->syncs_; }

  Result<void> recover() override {
    if (medium_->writes_fail) return fail(Errc::unavailable, "the twin was told to fail");
    return {};
  }

 private:
  const std::shared_ptr<MemoryMedium> medium_;
};

std::unique_ptr<Disk> open_memory_disk(std::shared_ptr<MemoryMedium> medium) {
  return std::make_unique<MemoryDisk>(std::move(medium));
}

}  // namespace sluice::storage
