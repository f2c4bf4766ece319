// storage/disk/rocks_internal.h
//
// Room: storage/disk, and not for other rooms: what the rocks_*.cc files share. RocksDB's headers stay in them.
#pragma once

#include <string>
#include <vector>

#include "proto/base/error.h"
#include "storage/disk/rocks_disk.h"

namespace rocksdb {
struct DBOptions;
struct ColumnFamilyDescriptor;
class Status;
}  // namespace rocksdb

namespace sluice::storage {

rocksdb::DBOptions rocks_db_options(const RocksDiskOptions& options);
// In the order of Family, and `default` (which RocksDB insists on) at the end.
std::vector<rocksdb::ColumnFamilyDescriptor> rocks_families(const RocksDiskOptions& options);

// RocksDB's words, what we were doing, and what the operator can do about it.
Error rocks_error(const std::string& doing, const rocksdb::Status& status, const std::string& directory);
bool is_lock_error(const Error& error);  // another process holds the directory
inline tl::unexpected<Error> rocks_fail(const std::string& doing, const rocksdb::Status& status,
                                        const std::string& directory) {
  return tl::unexpected<Error>(rocks_error(doing, status, directory));
}

}  // namespace sluice::storage
