// storage/tsdb/series_set.h
//
// Room: storage/tsdb. The series that a selection found, and their samples on demand.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/model/series_source.h"
#include "storage/disk/block_store.h"
#include "storage/tsdb/block_reader.h"
#include "storage/tsdb/piece_reader.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

// Thread safety: concurrent read()s with different batches.
class TenantSeriesSet final : public SeriesSet {
 public:
  TenantSeriesSet(std::shared_ptr<const Tenant> tenant, std::shared_ptr<const BlockStore> blocks,
                  std::vector<SeriesRef> refs, TimeRangeMs range)
      : tenant_(std::move(tenant)), blocks_(std::move(blocks)), refs_(std::move(refs)), range_(range) {}

  std::size_t size() const override { return refs_.size(); }
  LabelsView labels(std::size_t i) const override { return tenant_->index.labels(refs_[i]); }
  Result<void> read(std::size_t first, std::size_t count, SeriesBatch& batch) const override;

 private:
  using Readers = std::vector<std::shared_ptr<const BlockReader>>;
  Readers readers(TimeRangeMs range) const SLUICE_EXCLUDES(mutex_);
  Result<void> add_blocks(std::span<const SeriesRef> refs, const Readers& readers, TimeRangeMs range,
                          SeriesBatch& batch) const;
  std::vector<WantedSeries> in_key_order(std::span<const SeriesRef> refs) const;

  const std::shared_ptr<const Tenant> tenant_;
  const std::shared_ptr<const BlockStore> blocks_;
  const std::vector<SeriesRef> refs_;
  const TimeRangeMs range_;
  mutable Mutex mutex_;
  // One reader per block for the life of the set, so that its timelines are decoded once.
  mutable std::map<BlockId, std::shared_ptr<const BlockReader>> readers_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::storage
