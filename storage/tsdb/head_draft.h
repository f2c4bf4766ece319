// storage/tsdb/head_draft.h
//
// Room: storage/tsdb. One tenant's unflushed samples, encoded and sorted into time partitions. The head gives them by
// ref and a block wants them by (metric, ref): so they are encoded at once, which makes them small, and sorted then.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "storage/head/head.h"
#include "storage/tsdb/block_builder.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

std::int64_t partition_of(std::int64_t timestamp_ms, std::int64_t partition_ms);  // start; also before 1970

class HeadDraft {
 public:
  static constexpr std::uint32_t kSliceSeries = 8192;  // copied out of the head at a time

  HeadDraft(Tenant& tenant, std::int64_t partition_ms) : tenant_(tenant), partition_ms_(partition_ms) {}

  void collect(FlushTicket& ticket);

  // What goes into the block of one partition.
  class Part {
   public:
    void add(SymbolId metric, SeriesRef ref, const SeriesColumns& columns);
    Result<void> write(TenantNumber tenant, BlockBuilder& builder);  // sorts; once

   private:
    struct Entry {
      SymbolId metric;
      SeriesRef ref;
      std::size_t offset = 0, size = 0;  // into bytes_
    };
    TimelineTable timelines_;
    std::vector<Entry> entries_;
    std::string bytes_;
    Extent extent_;
  };
  std::map<std::int64_t, Part>& parts() { return parts_; }  // by start of the partition

 private:
  void add(const Unflushed& unflushed, const Unflushed::Series& series);

  Tenant& tenant_;
  const std::int64_t partition_ms_;
  std::map<std::int64_t, Part> parts_;
};

}  // namespace sluice::storage
