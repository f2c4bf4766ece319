#include "storage/disk/rocks_disk.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <filesystem>

#include "proto/base/check.h"
#include "storage/disk/rocks_internal.h"

namespace sluice::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kScanReadaheadBytes = 2u << 20;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

using Handles = std::vector<rocksdb::ColumnFamilyHandle*>;

// Everything that must die together, and after the last cursor.
struct OpenRocks {
  std::string directory;
  Handles handles;
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::Options file_options;  // for the files we write ourselves

  rocksdb::ColumnFamilyHandle* handle(Family family) const { return handles[static_cast<std::size_t>(family)]; }
  ~OpenRocks() {
    if (!db) return;
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    db->Close();
  }
};

class RocksBatch final : public CommitBatch {
 public:
  explicit RocksBatch(std::shared_ptr<const OpenRocks> rocks) : rocks_(std::move(rocks)) {}
  void put(Family family, std::string_view key, std::string_view value) override {
    check(batch.Put(rocks_->handle(family), slice(key), slice(value)));
  }
  void erase(Family family, std::string_view key) override { check(batch.Delete(rocks_->handle(family), slice(key))); }
  std::uint64_t bytes() const override { return batch.GetDataSize(); }

  rocksdb::WriteBatch batch;

 private:
  static void check(const rocksdb::Status& status) { CHECK(status.ok()); }  // fails only beyond max_bytes: unset
  const std::shared_ptr<const OpenRocks> rocks_;
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

class RocksFile final : public SortedFile {
 public:
  RocksFile(std::shared_ptr<const OpenRocks> rocks, Family family, std::string path)
      : rocks_(std::move(rocks)),
        family_(family),
        path_(std::move(path)),
        writer_(rocksdb::EnvOptions(), rocks_->file_options, rocks_->handle(family)) {}

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

class RocksDisk final : public Disk {
 public:
  explicit RocksDisk(std::shared_ptr<OpenRocks> rocks) : rocks_(std::move(rocks)) {}

  std::unique_ptr<CommitBatch> new_batch() const override { return std::make_unique<RocksBatch>(rocks_); }

  Result<void> commit(CommitBatch& batch, Sync sync) override {
    rocksdb::WriteOptions options;
    options.sync = sync == Sync::yes;
    const auto status = rocks_->db->Write(options, &static_cast<RocksBatch&>(batch).batch);
    if (!status.ok()) return rocks_fail("writing", status, rocks_->directory);
    if (options.sync) ++syncs_;
    return {};
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    std::string value;
    const auto status = rocks_->db->Get(rocksdb::ReadOptions(), rocks_->handle(family), slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return rocks_fail("reading", status, rocks_->directory);
    return value;
  }

  std::unique_ptr<Cursor> cursor(Family family, KeyRange range, Caching caching) const override {
    return std::make_unique<RocksCursor>(rocks_, family, std::move(range), caching);
  }

  Result<std::unique_ptr<SortedFile>> new_file(Family family) override {
    const std::string path = ingest_directory(rocks_->directory) + "/" + std::to_string(++files_) + ".sst";
    auto file = std::make_unique<RocksFile>(rocks_, family, path);
    if (auto opened = file->open(); !opened) return tl::unexpected(opened.error());
    return file;
  }

  Result<void> drop(Family family, const KeyRange& range) override {
    return family == Family::journal ? drop_journal(range) : drop_files(family, range);
  }

  Result<DiskUsage> usage() const override;

  Result<std::uint64_t> free_bytes() const override {
    std::error_code error;
    const auto space = fs::space(rocks_->directory, error);
    if (error) return fail(Errc::unavailable, "asking for free space of " + rocks_->directory + ": " + error.message());
    return space.available;
  }

  std::uint64_t sync_count() const override { return syncs_; }

  Result<void> recover() override {
    const auto status = rocks_->db->Resume();
    if (!status.ok()) return rocks_fail("resuming after an error", status, rocks_->directory);
    return {};
  }

  static std::string ingest_directory(const std::string& directory) { return directory + "/ingest"; }

 private:
  Result<void> drop_journal(const KeyRange& range);
  Result<void> drop_files(Family family, const KeyRange& range);
  Result<void> flush_tables();
  Result<void> delete_oldest_journal_files(const std::string& before);

  const std::shared_ptr<OpenRocks> rocks_;
  std::atomic<std::uint64_t> files_{0}, syncs_{0};
};

// The tombstone makes the flush drop what it covers instead of writing it out; the flush of all families lets go of the
// write-ahead log; then whole files of older records leave.
Result<void> RocksDisk::drop_journal(const KeyRange& range) {
  const auto status = rocks_->db->DeleteRange(rocksdb::WriteOptions(), rocks_->handle(Family::journal),
                                              slice(range.from), slice(range.to));
  if (!status.ok()) return rocks_fail("cutting the journal", status, rocks_->directory);
  return flush_tables().and_then([&] { return delete_oldest_journal_files(range.to); });
}

Result<void> RocksDisk::flush_tables() {
  rocksdb::FlushOptions options;
  options.allow_write_stall = true;  // a family that is being flushed already is no reason to wait
  for (auto* handle : rocks_->handles) {
    const auto status = rocks_->db->Flush(options, handle);
    if (!status.ok()) return rocks_fail("flushing " + handle->GetName(), status, rocks_->directory);
  }
  return {};
}

// RocksDB deletes files of level 0 only oldest first, which is the order in which journals age.
Result<void> RocksDisk::delete_oldest_journal_files(const std::string& before) {
  rocksdb::ColumnFamilyMetaData meta;
  rocks_->db->GetColumnFamilyMetaData(rocks_->handle(Family::journal), &meta);
  const auto& files = meta.levels.front().files;  // newest first
  // Strictly below: a file that ends in `before` may hold that record, which stays.
  for (auto file = files.rbegin(); file != files.rend() && file->largestkey < before; ++file) {
    const auto status = rocks_->db->DeleteFile(file->name);
    if (!status.ok()) return rocks_fail("deleting " + file->name, status, rocks_->directory);
  }
  return {};
}

Result<void> RocksDisk::drop_files(Family family, const KeyRange& range) {
  auto* handle = rocks_->handle(family);
  const rocksdb::Slice from = slice(range.from), to = slice(range.to);
  auto status = rocksdb::DeleteFilesInRange(rocks_->db.get(), handle, &from, &to, /*include_end=*/false);
  if (!status.ok()) return rocks_fail("dropping files", status, rocks_->directory);
  const auto left = cursor(family, range, Caching::bypass);
  left->seek(range.from);
  if (!left->valid()) return left->status();
  status = rocks_->db->DeleteRange(rocksdb::WriteOptions(), handle, from, to);  // files that straddle the edge
  if (!status.ok()) return rocks_fail("dropping a range", status, rocks_->directory);
  return {};
}

Result<DiskUsage> RocksDisk::usage() const {
  DiskUsage usage;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(rocks_->directory, error)) {
    std::error_code gone;  // files come and go while we look
    if (entry.is_regular_file(gone)) {
      const auto bytes = entry.file_size(gone);
      if (!gone) usage.bytes += bytes;
    }
  }
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    rocksdb::ColumnFamilyMetaData meta;
    rocks_->db->GetColumnFamilyMetaData(rocks_->handle(static_cast<Family>(i)), &meta);
    usage.family_bytes[i] = meta.size;
  }
  return free_bytes().map([&](std::uint64_t free) {
    usage.free_bytes = free;
    return usage;
  });
}

Result<void> prepare_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "creating the data directory " + directory + ": " + error.message());
  return {};
}

// What an interrupted flush left behind. Only after RocksDB holds the LOCK, so that no other process loses its files.
Result<void> clear_ingest_directory(const std::string& directory) {
  const std::string ingest = RocksDisk::ingest_directory(directory);
  std::error_code error;
  fs::remove_all(ingest, error);
  if (!error) fs::create_directory(ingest, error);
  if (error) return fail(Errc::unavailable, "clearing " + ingest + ": " + error.message());
  return {};
}

}  // namespace

Result<std::unique_ptr<Disk>> open_rocks_disk(const RocksDiskOptions& options) {
  if (auto made = prepare_directory(options.directory); !made) return tl::unexpected(made.error());
  auto rocks = std::make_shared<OpenRocks>();
  rocks->directory = options.directory;
  const auto db_options = rocks_db_options(options);
  const auto families = rocks_families(options);
  const auto blocks = families[static_cast<std::size_t>(Family::blocks)].options;
  rocks->file_options = rocksdb::Options(db_options, blocks);
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(db_options, options.directory, families, &rocks->handles, &db);
  if (!status.ok()) return rocks_fail("opening the store", status, options.directory);
  rocks->db.reset(db);
  if (auto cleared = clear_ingest_directory(options.directory); !cleared) return tl::unexpected(cleared.error());
  return std::make_unique<RocksDisk>(std::move(rocks));
}

}  // namespace sluice::storage
