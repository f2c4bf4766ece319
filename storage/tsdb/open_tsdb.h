// storage/tsdb/open_tsdb.h
//
// Room: storage/tsdb. Tsdb::open() on any Disk: how tests bring the in-memory twin.
#pragma once

#include <memory>

#include "storage/disk/disk.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::storage {

Result<std::unique_ptr<Tsdb>> open_tsdb(const TsdbOptions& options, const Clock& clock, std::shared_ptr<Disk> disk);

}  // namespace sluice::storage
