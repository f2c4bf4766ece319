// storage/tsdb/block_builder.h
//
// Room: storage/tsdb. Writes one block: tenants ascending, inside a tenant the runs by (metric, ref), then its
// timelines, then the set of its series. Streaming: in memory there is one run and one tenant's distinct timelines.
#pragma once

#include <cstdint>
#include <memory>

#include "storage/disk/block_store.h"
#include "storage/index/series_index.h"
#include "storage/tsdb/run_codec.h"

namespace sluice::storage {

class BlockBuilder {
 public:
  static constexpr std::size_t kRunBytes = 16u << 10;  // about: entries of a run before the next one starts
  static constexpr std::uint32_t kTimelinesPerValue = 16;

  BlockBuilder(std::unique_ptr<BlockWriter> writer, std::int64_t partition_ms);

  void begin_tenant(TenantNumber tenant);
  // Ascending (metric, ref).
  Result<void> add(SymbolId metric, SeriesRef ref, std::string_view entry);
  // Timeline ids of the entries are those of `timelines`.
  Result<void> end_tenant(const TimelineTable& timelines);
  void note(const Extent& extent) { extent_.add(extent); }  // for the catalog: everything added, once

  bool empty() const { return writer_->empty(); }
  BlockId id() const { return writer_->id(); }
  Result<BlockInfo> finish(bool final);  // ingests

 private:
  Result<void> close_run();
  Result<void> write_timelines(const TimelineTable& timelines);
  Result<void> write_series();

  std::unique_ptr<BlockWriter> writer_;
  const std::int64_t partition_ms_;
  Extent extent_;
  TenantNumber tenant_;
  SymbolId metric_;
  RunWriter run_;
  RefSet series_;
};

}  // namespace sluice::storage
