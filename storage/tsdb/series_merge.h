// storage/tsdb/series_merge.h
//
// Room: storage/tsdb. All series of one tenant in several blocks, merged, in the order that a new block wants.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "storage/tsdb/merge.h"
#include "storage/tsdb/piece_reader.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

class SeriesMerge {
 public:
  static constexpr std::size_t kStepSeries = 256;  // merged at a time; memory is theirs only

  SeriesMerge(const Tenant& tenant, const BlockStore::Blocks& blocks, TimeRangeMs keep);
  Result<void> open();  // finds out which series there are

  bool done() const { return next_ == wanted_.size(); }
  // The next few series. Valid until the next call.
  Result<void> step();
  struct Merged {
    WantedSeries series;
    SeriesSamples samples;
  };
  std::span<const Merged> merged() const { return merged_; }

 private:
  const Tenant& tenant_;
  const TimeRangeMs keep_;
  std::vector<std::unique_ptr<BlockReader>> readers_;
  std::vector<WantedSeries> wanted_;
  std::size_t next_ = 0;
  std::unique_ptr<ReadArena> arena_;
  std::vector<Merged> merged_;
};

}  // namespace sluice::storage
