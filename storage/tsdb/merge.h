// storage/tsdb/merge.h
//
// Room: storage/tsdb. One series from several places: blocks and the head. Equal timestamps become one sample, of the
// place that comes first. How timestamps interleave is worked out once per combination of timelines and then applied to
// every series that has that combination, so that series of one scrape share one merged timeline too.
//
// A histogram's counter reset hint speaks of the sample before it in its own piece. Where another sample has come
// between the two, or where a piece begins behind another, nothing is known any more and the hint is read as unknown.
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
  struct Link {  // a histogram, and when the one before it in its piece is
    HistogramPoint point;
    std::int64_t before_ms;
  };
  void gather_links(std::span<const SeriesSamples> pieces, std::span<const std::int64_t> floats);
  void merge_histograms(std::span<const SeriesSamples> pieces, SeriesSamples& merged);
  HistogramPoint without_hint(const HistogramPoint& point);
  void merge_starts(std::span<const SeriesSamples> pieces, SeriesSamples& merged);

  ReadArena& arena_;
  std::vector<Link> links_;        // scratch
  std::map<PlanKey, Plan> plans_;  // at most one per series of the read
};

}  // namespace sluice::storage
