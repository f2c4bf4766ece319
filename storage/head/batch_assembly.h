// storage/head/batch_assembly.h
//
// Room: storage/head. Fills a SeriesBatch from the head, series by series. Buffers grow while it works, so places are
// kept as offsets and become pointers in finish().
//
// Timestamps of a shared timeline are copied once per batch: every series of it points into that copy, so that promql
// finds the windows of a target once. A gap, a late sample or a change of timeline makes a copy of the series' own.
// Thread safety: none. add() runs under the head's read lock, which may be given up between two series: what the writer
// does meanwhile is not seen on timelines that were copied already.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "proto/model/series_source.h"
#include "storage/head/float_store.h"
#include "storage/head/side.h"

namespace sluice::storage {

class BatchAssembly {
 public:
  BatchAssembly(const FloatStore& floats, TimeRangeMs range, SeriesBatch& batch);
  void add(const SeriesState& series, const Side* side);  // side may be null
  void add_nothing() { placements_.emplace_back(); }
  void finish();

 private:
  struct Slice {  // positions [from, to) of a timeline lie at timestamp_buffer[offset]
    std::uint32_t from = 0, to = 0;
    std::size_t offset = 0;
  };
  struct Piece {  // a part of a run that lies in the range
    RunPlace run;
    std::uint32_t skip = 0, count = 0;
    std::size_t timestamps = 0;  // offset
  };
  struct Placement {
    std::size_t timestamps = 0, values = 0, count = 0;
    std::size_t histograms = 0, histogram_count = 0, starts = 0, start_count = 0;
    bool constant = false, has_stale = false;
  };
  const Slice& slice_of(std::uint32_t timeline);
  bool overlaps(const BlockHeader& block);
  void take(const RunPlace& run);
  bool gathers_constant() const;
  bool gathers_in_line() const;
  void place_values(Placement& place);
  void place_constant(Placement& place);
  void place_timestamps(Placement& place);
  void merge_late(const std::vector<LateSample>& late, Placement& place);
  void add_side(const Side& side, Placement& place);
  void add_starts(const Side& side, Placement& place);

  const FloatStore& floats_;
  const TimeRangeMs range_;
  SeriesBatch& batch_;
  std::vector<Placement> placements_;
  std::vector<Piece> pieces_;                        // of the series at hand
  std::unordered_map<std::uint64_t, Slice> slices_;  // by timeline serial
  std::uint64_t last_serial_ = ~0ULL;
  Slice last_slice_;
  // The last all-constant values: the next series that never moves, at the same value, points there too.
  std::uint64_t constant_bits_ = 0;
  std::size_t constant_values_ = 0, constant_count_ = 0;
  std::vector<std::int64_t> merged_timestamps_;
  std::vector<double> merged_values_;
};

}  // namespace sluice::storage
