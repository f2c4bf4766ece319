// storage/tsdb/merge.h
//
// Room: storage/tsdb. One series from several places: blocks and the head. Equal timestamps become one sample, of the
// place that comes first. How timestamps interleave is worked out once per combination of timelines and then applied to
// every series that has that combination, so that series of one scrape share one merged timeline too.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "proto/model/series_source.h"
#include "storage/tsdb/read_arena.h"

namespace sluice::storage {

// One per read. Not thread-safe. Results point into the arena or into the pieces.
class Merger {
 public:
  explicit Merger(ReadArena& arena) : arena_(arena) {}
  // Pieces ascending by precedence: on equal timestamps the earlier piece's sample stays.
  SeriesSamples merge(std::span<const SeriesSamples> pieces);

 private:
  struct Segment {
    std::size_t piece, first, count;
  };
  struct Plan {
    std::span<const std::int64_t> timestamps_ms;
    std::vector<Segment> segments;
  };
  using PlanKey = std::vector<std::pair<const std::int64_t*, std::size_t>>;

  const Plan& plan_for(std::span<const SeriesSamples> pieces);
  Plan make_plan(std::span<const SeriesSamples> pieces);
  void merge_floats(std::span<const SeriesSamples> pieces, SeriesSamples& merged);
  void merge_histograms(std::span<const SeriesSamples> pieces, SeriesSamples& merged);
  void merge_starts(std::span<const SeriesSamples> pieces, SeriesSamples& merged);

  ReadArena& arena_;
  std::map<PlanKey, Plan> plans_;  // at most one per series of the read
};

}  // namespace sluice::storage
