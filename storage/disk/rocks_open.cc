#include "storage/disk/rocks_open.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "storage/disk/rocks_internal.h"

namespace sluice::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kLockPoll{50};

Result<void> prepare_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "creating the data directory " + directory + ": " + error.message());
  return {};
}

// RocksDB takes a directory without CURRENT for a new one, and would begin by deleting the files of the old.
Result<void> refuse_half_a_store(const std::string& directory) {
  std::error_code error;
  if (fs::exists(directory + "/CURRENT", error)) return {};
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const auto extension = entry.path().extension();
    if (extension != ".sst" && extension != ".log") continue;
    return fail(Errc::corrupt, "the data directory " + directory + " has data (" + entry.path().filename().string() +
                                   ") but its file CURRENT is missing: restore the directory from a backup, or move "
                                   "it away to start empty; nothing has been changed");
  }
  return {};
}

Result<std::shared_ptr<OpenRocks>> open_once(const RocksDiskOptions& options) {
  auto rocks = std::make_shared<OpenRocks>();
  rocks->directory = options.directory;
  const auto db_options = rocks_db_options(options);
  const auto families = rocks_families(options);
  const auto blocks = families[static_cast<std::size_t>(Family::blocks)].options;
  rocks->file_options = std::make_unique<rocksdb::Options>(db_options, blocks);
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(db_options, options.directory, families, &rocks->handles, &db);
  if (!status.ok()) return rocks_fail("opening the store", status, options.directory);
  rocks->db.reset(db);
  return rocks;
}

// A process that was killed holds its LOCK until the kernel has taken it apart: some moments later than its parent, or
// whoever starts the next one, believes.
Result<std::shared_ptr<OpenRocks>> open_when_unlocked(const RocksDiskOptions& options) {
  const auto give_up = std::chrono::steady_clock::now() + options.lock_wait;
  auto opened = open_once(options);
  const auto locked = [&] { return !opened && is_lock_error(opened.error()); };
  if (locked() && options.lock_wait.count() > 0 && options.warn) {
    options.warn(opened.error().detail() + "; waiting up to " + std::to_string(options.lock_wait.count()) +
                 " ms for it to end");
  }
  while (locked() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(kLockPoll);
    opened = open_once(options);
  }
  return opened;
}

// What an interrupted flush left behind. Only after RocksDB holds the LOCK, so that no other process loses its files.
Result<void> clear_ingest_directory(const std::string& directory) {
  const std::string ingest = ingest_directory(directory);
  std::error_code error;
  fs::remove_all(ingest, error);
  if (!error) fs::create_directory(ingest, error);
  if (error) return fail(Errc::unavailable, "clearing " + ingest + ": " + error.message());
  return {};
}

}  // namespace

OpenRocks::OpenRocks() = default;

OpenRocks::~OpenRocks() {
  if (!db) return;
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  db->Close();
}

std::string ingest_directory(const std::string& directory) { return directory + "/ingest"; }

Result<std::shared_ptr<OpenRocks>> open_rocks(const RocksDiskOptions& options) {
  if (auto made = prepare_directory(options.directory); !made) return tl::unexpected(made.error());
  if (auto whole = refuse_half_a_store(options.directory); !whole) return tl::unexpected(whole.error());
  auto opened = open_when_unlocked(options);
  if (!opened) return opened;
  if (auto cleared = clear_ingest_directory(options.directory); !cleared) return tl::unexpected(cleared.error());
  return opened;
}

}  // namespace sluice::storage
