#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>

#include "storage/disk/rocks_internal.h"

namespace sluice::storage {

namespace {

constexpr std::size_t kTableBlockBytes = 16u << 10;
constexpr int kZstdLevel = 3;
constexpr int kNever = std::numeric_limits<int>::max();

rocksdb::BlockBasedTableOptions table_options(std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_size = kTableBlockBytes;
  table.block_cache = std::move(cache);
  table.cache_index_and_filter_blocks = true;  // so that the cache is the whole of the memory tables may take
  table.format_version = 5;
  return table;
}

rocksdb::ColumnFamilyOptions base_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(cache)));
  family.compression = rocksdb::kZSTD;
  family.compression_opts.level = kZstdLevel;
  family.write_buffer_size = 4u << 20;
  return family;
}

// Records are written once, read only at a start, and leave in order by whole files: compaction would only copy them.
rocksdb::ColumnFamilyOptions journal_options(const std::shared_ptr<rocksdb::Cache>& cache, std::size_t buffer_bytes) {
  rocksdb::ColumnFamilyOptions family = base_options(cache);
  family.write_buffer_size = buffer_bytes;
  family.max_write_buffer_number = 6;
  family.compression = rocksdb::kNoCompression;
  family.disable_auto_compactions = true;
  family.level0_file_num_compaction_trigger = kNever;
  family.level0_slowdown_writes_trigger = kNever;
  family.level0_stop_writes_trigger = kNever;
  family.soft_pending_compaction_bytes_limit = 0;
  family.hard_pending_compaction_bytes_limit = 0;
  return family;
}

// RocksDB's warnings go to stderr and not to a file in the data directory: Debian's build keeps its assertions, and one
// of them ends the process when a line of that file is written after one that a full disk refused.
class WarningLog final : public rocksdb::Logger {
 public:
  explicit WarningLog(std::function<void(const std::string&)> warn)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), warn_(std::move(warn)) {}

  void Logv(const char* format, va_list arguments) override {
    char line[1024];
    std::vsnprintf(line, sizeof line, format, arguments);
    std::fprintf(stderr, "rocksdb: %s\n", line);
    if (warn_ && std::strstr(line, ": dropping ") != nullptr) warn_(lost_log(line));
  }
  using rocksdb::Logger::Logv;  // the one with a level, which filters and comes here

 private:
  // A torn end and damage in the middle look alike to who reads the log: it ends where the bytes stop making sense.
  static std::string lost_log(const std::string& line) {
    return "the end of a write-ahead log cannot be read and was left out (" + line +
           "). After a power cut that is a write that was never acknowledged; otherwise the file was damaged, and "
           "samples acknowledged last are lost unless their senders send them again";
  }
  const std::function<void(const std::string&)> warn_;
};

// RocksDB would resume by itself some seconds after space returned; RocksDisk opens it again instead.
class NoSelfRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

constexpr const char* kInUse = " is in use by another process, which holds its LOCK file";

}  // namespace

rocksdb::DBOptions rocks_db_options(const RocksDiskOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.max_background_jobs = 2;
  db.max_total_wal_size = options.log_bytes_max;
  db.avoid_flush_during_recovery = true;  // a start should read, not write
  db.info_log = std::make_shared<WarningLog>(options.warn);
  db.listeners = {std::make_shared<NoSelfRecovery>()};
  db.max_bgerror_resume_count = 0;
  db.manifest_preallocation_size = 64u << 10;  // the default of 4 MB would be most of a small store
  db.max_open_files = 512;
  db.verify_sst_unique_id_in_manifest = false;  // ingested files have none, and every start would warn of them
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> rocks_families(const RocksDiskOptions& options) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    families.emplace_back(family_name(family), family == Family::journal
                                                   ? journal_options(cache, options.journal_buffer_bytes)
                                                   : base_options(cache));
  }
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, base_options(cache));
  return families;
}

Error rocks_error(const std::string& doing, const rocksdb::Status& status, const std::string& directory) {
  const std::string said = doing + " in " + directory + ": " + status.ToString();
  if (status.IsCorruption()) {
    return {Errc::corrupt, said +
                               ". A file of the data directory is damaged: restore the directory from a backup, or "
                               "move it away to start empty; nothing has been changed"};
  }
  if (status.IsNoSpace() || status.ToString().find("No space left") != std::string::npos) {
    return {Errc::unavailable, said + ". The disk is full: free some space; writing resumes by itself"};
  }
  if (said.find("lock hold by") != std::string::npos || said.find("While lock file") != std::string::npos) {
    return {Errc::unavailable, "data directory " + directory + kInUse +
                                   ": stop that process, or choose another data_dir (" + status.ToString() + ")"};
  }
  if (status.IsPathNotFound() || said.find("No such file or directory") != std::string::npos) {
    return {Errc::corrupt, said +
                               ". A file of the data directory is missing: restore the directory from a backup, or "
                               "move it away to start empty"};
  }
  return {Errc::unavailable, said};
}

bool is_lock_error(const Error& error) { return error.detail().find(kInUse) != std::string::npos; }

}  // namespace sluice::storage
