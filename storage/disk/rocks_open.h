// storage/disk/rocks_open.h
//
// Room: storage/disk, and not for other rooms: opening a RocksDB, and everything that can be in the way of that.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/disk/disk.h"
#include "storage/disk/rocks_disk.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
struct Options;
}  // namespace rocksdb

namespace sluice::storage {

// Everything that must die together, and after the last cursor.
struct OpenRocks {
  OpenRocks();
  ~OpenRocks();
  OpenRocks(const OpenRocks&) = delete;
  OpenRocks& operator=(const OpenRocks&) = delete;

  rocksdb::ColumnFamilyHandle* handle(Family family) const { return handles[static_cast<std::size_t>(family)]; }

  std::string directory;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::unique_ptr<rocksdb::DB> db;
  std::unique_ptr<rocksdb::Options> file_options;  // for the files we write ourselves
};

Result<std::shared_ptr<OpenRocks>> open_rocks(const RocksDiskOptions& options);

std::string ingest_directory(const std::string& directory);  // where files grow until they are ingested

}  // namespace sluice::storage
