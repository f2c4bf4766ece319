// storage/tsdb/store.h
//
// Room: storage/tsdb. What belongs together while a data directory is open: the disk and its readers, the tenants, the
// commit lanes. Flusher, Compactor and the public Tsdb work on it; nothing here starts a thread.
#pragma once

#include <memory>
#include <vector>

#include "proto/base/clock.h"
#include "storage/disk/block_store.h"
#include "storage/disk/disk.h"
#include "storage/disk/disk_watch.h"
#include "storage/disk/journal.h"
#include "storage/disk/meta_store.h"
#include "storage/tsdb/lane.h"
#include "storage/tsdb/loader.h"
#include "storage/tsdb/tenants.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::storage {

struct Store {
  // Loads and replays.
  static Result<std::unique_ptr<Store>> open(const TsdbOptions& options, const Clock& clock,
                                             std::shared_ptr<Disk> disk);

  Store(const TsdbOptions& options, const Clock& clock, std::shared_ptr<Disk> disk, MetaStore meta,
        std::unique_ptr<Journal> journal, std::shared_ptr<BlockStore> blocks);

  Lane& lane_of(const Tenant& tenant);

  const TsdbOptions options;
  const Clock& clock;
  const std::shared_ptr<Disk> disk;
  const MetaStore meta;
  const std::unique_ptr<Journal> journal;
  const std::shared_ptr<BlockStore> blocks;
  DiskWatch watch;
  Tenants tenants;
  LimitsBook limits;
  CommitCounters counters;
  std::vector<std::unique_ptr<Lane>> lanes;
  LoadReport loaded;
  double load_seconds = 0;
};

}  // namespace sluice::storage
