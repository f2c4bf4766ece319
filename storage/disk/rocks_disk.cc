#include "storage/disk/rocks_disk.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "proto/base/check.h"
#include "proto/base/mutex.h"
#include "storage/disk/rocks_internal.h"
#include "storage/disk/rocks_open.h"

namespace sluice::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kScanReadaheadBytes = 2u << 20;
constexpr std::uint64_t kFreeToOpenBytes = 32u << 20;  // a log, a manifest, and a journal buffer that becomes a table
constexpr std::chrono::milliseconds kLeaveMax{100};

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

class RocksBatch final : public CommitBatch {
 public:
  explicit RocksBatch(std::shared_ptr<const OpenRocks> open) : rocks(std::move(open)) {}
  void put(Family family, std::string_view key, std::string_view value) override {
    if (rocks) check(batch.Put(rocks->handle(family), slice(key), slice(value)));
  }
  void erase(Family family, std::string_view key) override {
    if (rocks) check(batch.Delete(rocks->handle(family), slice(key)));
  }
  std::uint64_t bytes() const override { return batch.GetDataSize(); }

  const std::shared_ptr<const OpenRocks> rocks;  // null: the store is away, and commit() will say so
  rocksdb::WriteBatch batch;

 private:
  static void check(const rocksdb::Status& status) { CHECK(status.ok()); }  // fails only beyond max_bytes: unset
};

class RocksCursor final : public Cursor {
 public:
  RocksCursor(std::shared_ptr<const OpenRocks> rocks, Family family, KeyRange range, Caching caching)
      : rocks_(std::move(rocks)), range_(std::move(range)), from_(range_.from), to_(range_.to) {
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &from_;
    if (!range_.to.empty()) options.iterate_upper_bound = &to_;
    options.fill_cache = caching == Caching::keep;
    if (caching == Caching::bypass) options.readahead_size = kScanReadaheadBytes;
    it_.reset(rocks_->db->NewIterator(options, rocks_->handle(family)));
  }
  void seek(std::string_view key) override { it_->Seek(slice(key)); }
  void seek_to_last() override { it_->SeekToLast(); }
  bool valid() const override { return it_->Valid(); }
  void next() override { it_->Next(); }
  std::string_view key() const override { return it_->key().ToStringView(); }
  std::string_view value() const override { return it_->value().ToStringView(); }
  Result<void> status() const override {
    if (it_->status().ok()) return {};
    return rocks_fail("reading", it_->status(), rocks_->directory);
  }

 private:
  const std::shared_ptr<const OpenRocks> rocks_;
  const KeyRange range_;
  const rocksdb::Slice from_, to_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

class AwayCursor final : public Cursor {
 public:
  explicit AwayCursor(Error error) : error_(std::move(error)) {}
  void seek(std::string_view) override {}
  void seek_to_last() override {}
  bool valid() const override { return false; }
  void next() override {}
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  Result<void> status() const override { return tl::unexpected(error_); }

 private:
  const Error error_;
};

class RocksFile final : public SortedFile {
 public:
  RocksFile(std::shared_ptr<const OpenRocks> rocks, Family family, std::string path)
      : rocks_(std::move(rocks)),
        family_(family),
        path_(std::move(path)),
        writer_(rocksdb::EnvOptions(), *rocks_->file_options, rocks_->handle(family)) {}

  ~RocksFile() override {
    std::error_code ignored;  // after an ingest the file is a second name of what RocksDB took
    fs::remove(path_, ignored);
  }

  Result<void> open() {
    const auto status = writer_.Open(path_);
    if (!status.ok()) return rocks_fail("creating " + path_, status, rocks_->directory);
    return {};
  }

  Result<void> add(std::string_view key, std::string_view value) override {
    const auto status = writer_.Put(slice(key), slice(value));
    if (!status.ok()) return rocks_fail("writing " + path_, status, rocks_->directory);
    empty_ = false;
    return {};
  }

  std::uint64_t bytes() const override { return const_cast<rocksdb::SstFileWriter&>(writer_).FileSize(); }

  Result<void> ingest() override {
    if (empty_) return {};
    auto status = writer_.Finish();  // syncs the file
    if (!status.ok()) return rocks_fail("finishing " + path_, status, rocks_->directory);
    rocksdb::IngestExternalFileOptions options;
    options.move_files = true;           // a hard link instead of a copy
    options.write_global_seqno = false;  // the file stays as it was written
    status = rocks_->db->IngestExternalFile(rocks_->handle(family_), {path_}, options);
    if (!status.ok()) return rocks_fail("ingesting " + path_, status, rocks_->directory);
    return {};
  }

 private:
  const std::shared_ptr<const OpenRocks> rocks_;
  const Family family_;
  const std::string path_;
  rocksdb::SstFileWriter writer_;
  bool empty_ = true;
};

// Thread safety: whoever works with RocksDB holds it; only while nobody does is it closed and opened again.
class RocksDisk final : public Disk {
 public:
  RocksDisk(RocksDiskOptions options, std::shared_ptr<OpenRocks> rocks)
      : options_(std::move(options)), rocks_(std::move(rocks)) {}

  std::unique_ptr<CommitBatch> new_batch() const override { return std::make_unique<RocksBatch>(hold()); }

  Result<void> commit(CommitBatch& batch, Sync sync) override {
    auto& filled = static_cast<RocksBatch&>(batch);
    if (!filled.rocks) return tl::unexpected(away());
    rocksdb::WriteOptions options;
    options.sync = sync == Sync::yes;
    const auto status = filled.rocks->db->Write(options, &filled.batch);
    if (!status.ok()) return rocks_fail("writing", status, options_.directory);
    if (options.sync) ++syncs_;
    return {};
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    const auto rocks = hold();
    if (!rocks) return tl::unexpected(away());
    std::string value;
    const auto status = rocks->db->Get(rocksdb::ReadOptions(), rocks->handle(family), slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return rocks_fail("reading", status, options_.directory);
    return value;
  }

  std::unique_ptr<Cursor> cursor(Family family, KeyRange range, Caching caching) const override {
    auto rocks = hold();
    if (!rocks) return std::make_unique<AwayCursor>(away());
    return std::make_unique<RocksCursor>(std::move(rocks), family, std::move(range), caching);
  }

  Result<std::unique_ptr<SortedFile>> new_file(Family family) override {
    auto rocks = hold();
    if (!rocks) return tl::unexpected(away());
    const std::string path = ingest_directory(options_.directory) + "/" + std::to_string(++files_) + ".sst";
    auto file = std::make_unique<RocksFile>(std::move(rocks), family, path);
    if (auto opened = file->open(); !opened) return tl::unexpected(opened.error());
    return file;
  }

  Result<void> drop(Family family, const KeyRange& range) override {
    const auto rocks = hold();
    if (!rocks) return tl::unexpected(away());
    return family == Family::journal ? drop_journal(*rocks, range) : drop_files(*rocks, family, range);
  }

  Result<DiskUsage> usage() const override;

  Result<std::uint64_t> free_bytes() const override {
    std::error_code error;
    const auto space = fs::space(options_.directory, error);
    if (error)
      return fail(Errc::unavailable, "asking for free space of " + options_.directory + ": " + error.message());
    return space.available;
  }

  std::uint64_t sync_count() const override { return syncs_; }

  // After a failed write RocksDB is closed and opened again, which reads the log as a start does. Its own Resume() is
  // not for every error, and after the others it may end the process (an assertion of 7.8 when a flush is asked twice).
  Result<void> recover() override {
    return room_to_open().and_then([&] { return open_again(); });
  }

 private:
  std::shared_ptr<OpenRocks> hold() const SLUICE_EXCLUDES(mutex_) {
    const ReadLock lock(mutex_);
    return rocks_;
  }
  Error away() const {
    return {Errc::unavailable, "the store in " + options_.directory +
                                   " was closed after an error and could not be opened again yet; it is tried again"};
  }
  Result<void> room_to_open() const;
  Result<void> open_again() SLUICE_EXCLUDES(mutex_);
  Result<void> drop_journal(OpenRocks& rocks, const KeyRange& range);
  Result<void> drop_files(OpenRocks& rocks, Family family, const KeyRange& range);
  Result<void> flush_tables(OpenRocks& rocks);
  Result<void> delete_oldest_journal_files(OpenRocks& rocks, const std::string& before);

  const RocksDiskOptions options_;
  mutable SharedMutex mutex_;
  std::shared_ptr<OpenRocks> rocks_ SLUICE_GUARDED_BY(mutex_);  // null: closed, and not opened again yet
  std::atomic<std::uint64_t> files_{0}, syncs_{0};
};

// Opening needs little, but a store that was closed and has no room to be opened again would answer no question.
Result<void> RocksDisk::room_to_open() const {
  const auto free = free_bytes();
  if (!free) return tl::unexpected(free.error());
  if (*free >= kFreeToOpenBytes) return {};
  return fail(Errc::unavailable, std::to_string(*free) + " bytes are free in " + options_.directory + ", and " +
                                     std::to_string(kFreeToOpenBytes) +
                                     " are needed to write again: free some space; writing resumes by itself");
}

// Whoever comes waits meanwhile; whoever is inside gets a moment to leave.
Result<void> RocksDisk::open_again() {
  const WriteLock lock(mutex_);
  const auto give_up = std::chrono::steady_clock::now() + kLeaveMax;
  while (rocks_.use_count() > 1 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (rocks_.use_count() > 1) {
    return fail(Errc::unavailable, "the store in " + options_.directory +
                                       " has to be opened again after a failed write, and is still being read; it is "
                                       "tried again");
  }
  rocks_.reset();
  auto opened = open_rocks(options_);
  if (!opened) return tl::unexpected(opened.error());
  rocks_ = std::move(*opened);
  if (options_.warn) options_.warn("the store in " + options_.directory + " was opened again after a failed write");
  return {};
}

// The tombstone makes the flush drop what it covers instead of writing it out; the flush of all families lets go of the
// write-ahead log; then whole files of older records leave.
Result<void> RocksDisk::drop_journal(OpenRocks& rocks, const KeyRange& range) {
  const auto status =
      rocks.db->DeleteRange(rocksdb::WriteOptions(), rocks.handle(Family::journal), slice(range.from), slice(range.to));
  if (!status.ok()) return rocks_fail("cutting the journal", status, options_.directory);
  return flush_tables(rocks).and_then([&] { return delete_oldest_journal_files(rocks, range.to); });
}

Result<void> RocksDisk::flush_tables(OpenRocks& rocks) {
  rocksdb::FlushOptions options;
  options.allow_write_stall = true;  // a family that is being flushed already is no reason to wait
  for (auto* handle : rocks.handles) {
    const auto status = rocks.db->Flush(options, handle);
    if (!status.ok()) return rocks_fail("flushing " + handle->GetName(), status, options_.directory);
  }
  return {};
}

// RocksDB deletes files of level 0 only oldest first, which is the order in which journals age.
Result<void> RocksDisk::delete_oldest_journal_files(OpenRocks& rocks, const std::string& before) {
  rocksdb::ColumnFamilyMetaData meta;
  rocks.db->GetColumnFamilyMetaData(rocks.handle(Family::journal), &meta);
  const auto& files = meta.levels.front().files;  // newest first
  // Strictly below: a file that ends in `before` may hold that record, which stays.
  for (auto file = files.rbegin(); file != files.rend() && file->largestkey < before; ++file) {
    const auto status = rocks.db->DeleteFile(file->name);
    if (!status.ok()) return rocks_fail("deleting " + file->name, status, options_.directory);
  }
  return {};
}

Result<void> RocksDisk::drop_files(OpenRocks& rocks, Family family, const KeyRange& range) {
  auto* handle = rocks.handle(family);
  const rocksdb::Slice from = slice(range.from), to = slice(range.to);
  auto status = rocksdb::DeleteFilesInRange(rocks.db.get(), handle, &from, &to, /*include_end=*/false);
  if (!status.ok()) return rocks_fail("dropping files", status, options_.directory);
  const auto left = cursor(family, range, Caching::bypass);
  left->seek(range.from);
  if (!left->valid()) return left->status();
  status = rocks.db->DeleteRange(rocksdb::WriteOptions(), handle, from, to);  // files that straddle the edge
  if (!status.ok()) return rocks_fail("dropping a range", status, options_.directory);
  return {};
}

Result<DiskUsage> RocksDisk::usage() const {
  const auto rocks = hold();
  if (!rocks) return tl::unexpected(away());
  DiskUsage usage;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(options_.directory, error)) {
    std::error_code gone;  // files come and go while we look
    if (entry.is_regular_file(gone)) {
      const auto bytes = entry.file_size(gone);
      if (!gone) usage.bytes += bytes;
    }
  }
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    rocksdb::ColumnFamilyMetaData meta;
    rocks->db->GetColumnFamilyMetaData(rocks->handle(static_cast<Family>(i)), &meta);
    usage.family_bytes[i] = meta.size;
  }
  return free_bytes().map([&](std::uint64_t free) {
    usage.free_bytes = free;
    return usage;
  });
}

}  // namespace

Result<std::unique_ptr<Disk>> open_rocks_disk(const RocksDiskOptions& options) {
  return open_rocks(options).map([&](std::shared_ptr<OpenRocks> rocks) -> std::unique_ptr<Disk> {
    return std::make_unique<RocksDisk>(options, std::move(rocks));
  });
}

}  // namespace sluice::storage
