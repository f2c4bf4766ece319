// storage/tsdb/loader.h
//
// Room: storage/tsdb. The way back into memory at a start: tenants, symbols, series, notes, then the journal.
#pragma once

#include <cstdint>

#include "storage/disk/block_store.h"
#include "storage/disk/journal.h"
#include "storage/disk/meta_store.h"
#include "storage/tsdb/tenants.h"

namespace sluice::storage {

struct LoadReport {
  std::uint64_t replayed_records = 0, replayed_samples = 0;
};

// Errors: corrupt, naming what does not fit together and what to do; unavailable for I/O.
Result<LoadReport> load(const MetaStore& meta, const Journal& journal, const BlockStore& blocks, Tenants& tenants);

}  // namespace sluice::storage
