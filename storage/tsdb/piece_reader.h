// storage/tsdb/piece_reader.h
//
// Room: storage/tsdb. Reads some series of one block in key order: seeks over what nobody asked for, and decodes a
// run's table of contents once for all series in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "proto/model/series_source.h"
#include "storage/tsdb/block_reader.h"
#include "storage/tsdb/read_arena.h"

namespace sluice::storage {

struct WantedSeries {
  SymbolId metric;
  SeriesRef ref;
  std::uint32_t index = 0;  // the caller's
  friend bool operator<(const WantedSeries& a, const WantedSeries& b) {
    return a.metric != b.metric ? a.metric < b.metric : a.ref < b.ref;
  }
};

class PieceReader {
 public:
  PieceReader(const BlockReader& block, TimeRangeMs range, ReadArena& arena, Caching caching)
      : block_(block), range_(range), arena_(arena), cursor_(block.runs(caching)) {}

  // Ask in ascending order. An empty piece: the block has nothing of the series in the range.
  Result<SeriesSamples> read(const WantedSeries& wanted);

 private:
  Result<bool> find_run(const WantedSeries& wanted);  // is there a run that may hold it?
  bool run_reaches(const WantedSeries& wanted) const;
  Result<void> open_run();
  Result<SeriesSamples> decode(std::string_view entry);
  Result<std::string_view> decode_floats_of(const EntryView& view, SeriesSamples& piece);
  void add_tail(const EntryTail& tail, std::vector<TimedHistogram>& histograms, SeriesSamples& piece);

  const BlockReader& block_;
  const TimeRangeMs range_;
  ReadArena& arena_;
  RunCursor cursor_;
  std::optional<RunKey> key_;  // of the open run
  RunReader run_;
  std::size_t next_entry_ = 0;
  bool exhausted_ = false;
};

}  // namespace sluice::storage
