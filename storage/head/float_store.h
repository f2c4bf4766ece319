// storage/head/float_store.h
//
// Room: storage/head. The in-order float samples of all series: where they lie (see series_state.h) and how they get
// there. Thread safety: none; the head's lock guards it (reads under the shared, appends and evictions under the
// exclusive lock).
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/check.h"
#include "proto/model/series_source.h"
#include "storage/frame/float_codec.h"
#include "storage/head/block_pool.h"
#include "storage/head/series_state.h"
#include "storage/head/tail_pool.h"
#include "storage/head/timelines.h"

namespace sluice::storage {

// Consecutive positions with values that can be decoded: a sealed run, or the open one. Valid while the lock is held.
struct RunPlace {
  std::uint32_t timeline = kNone;  // kNone: the single sample of a homeless series
  std::uint32_t first_position = 0, count = 0;
  bool constant = false;
  double value = 0;             // of a constant run
  const double* raw = nullptr;  // the tail's values
  std::string_view bytes = {};  // a sealed run
};

class FloatStore {
 public:
  Timelines& timelines() { return timelines_; }
  const Timelines& timelines() const { return timelines_; }

  // Brings near what append() will write to.
  void prefetch(const SeriesState& series) const {
    if (series.tail != kNone) __builtin_prefetch(tails_.values(series.tail) + series.open_count, 1);
  }
  // timestamp_ms > series.last_ms. Some 10 ns when the series keeps its timeline.
  void append(SeriesState& series, std::int64_t timestamp_ms, double value);

  // Calls visit(RunPlace) for every run, oldest first. wants(header) false: the whole block is passed over.
  template <class Wants, class Visit>
  void visit_runs(const SeriesState& series, Wants wants, Visit visit) const;
  // The same for the newest `count` samples only (there are as many): visit(RunPlace, skip), skip being the number of
  // samples at the front of the run that are older. Cheap when they lie in the open run and the last block.
  template <class Visit>
  void visit_newest(const SeriesState& series, std::uint64_t count, Visit visit) const;
  std::uint64_t count(const SeriesState& series) const;
  // Writes values [from, from + count) of the run.
  void decode(const RunPlace& run, std::uint32_t from, std::uint32_t count, double* out) const;

  bool empty(const SeriesState& series) const { return series.open_count == 0 && series.first_block == kNone; }
  std::int64_t oldest_ms(const SeriesState& series) const;  // not empty
  std::optional<double> find(const SeriesState& series, std::int64_t timestamp_ms) const;
  bool any_between(const SeriesState& series, std::int64_t after_ms, std::int64_t before_ms) const;  // without the ends

  // Frees flushed samples before `before_ms`: whole blocks, and the open run when the series ended before. False:
  // nothing is left. Afterwards lowers in_use[timeline] to the oldest positions that are still referred to.
  bool evict(SeriesState& series, std::int64_t before_ms, std::vector<std::uint32_t>& in_use);

  std::size_t memory_bytes() const {
    return blocks_.memory_bytes() + tails_.memory_bytes() + timelines_.memory_bytes();
  }
  void check(const SeriesState& series) const;  // the invariants of one series

 private:
  static constexpr std::uint32_t kConstantWorth = 24;     // equal values that are worth a run of their own
  static constexpr std::uint32_t kOpenMax = 60'000;       // in a constant open run
  static constexpr unsigned kGapCost = 3, kGapsMax = 12;  // a full run pays for one point of gap
  static constexpr unsigned kMovesMax = 3;
  static constexpr char kGapMark = 0x07;
  static constexpr std::size_t kFirstGranules = 2, kNextGranules = 5;  // 64 bytes, then 160: about an hour

  void settle(SeriesState& series);
  std::uint32_t next_position(SeriesState& series, std::int64_t timestamp_ms);
  std::uint32_t leave(SeriesState& series, std::int64_t timestamp_ms);
  void move_to(SeriesState& series, Place place);
  void extend_open(SeriesState& series, double value);
  void seal(SeriesState& series);
  bool join_last_run(SeriesState& series);
  void append_open(SeriesState& series);
  std::uint32_t block_for(SeriesState& series, std::size_t bytes);
  bool fits(const SeriesState& series, std::size_t bytes) const;
  RunPlace open_run(const SeriesState& series) const;
  bool trim_open(SeriesState& series, std::uint64_t flushed, std::int64_t before_ms);
  void release_series(SeriesState& series);
  template <class Visit>
  void visit_block(std::uint32_t block, Visit& visit) const;
  static std::string_view skip_gap(std::string_view bytes, std::uint32_t& skipped);

  BlockPool blocks_;
  TailPool tails_;
  Timelines timelines_;
  std::string scratch_;
};

template <class Wants, class Visit>
void FloatStore::visit_runs(const SeriesState& series, Wants wants, Visit visit) const {
  for (std::uint32_t block = series.first_block; block != kNone; block = blocks_.header(block).next)
    if (wants(blocks_.header(block))) visit_block(block, visit);
  if (series.open_count > 0) visit(open_run(series));
}

template <class Visit>
void FloatStore::visit_newest(const SeriesState& series, std::uint64_t count, Visit visit) const {
  std::uint64_t skip = series.open_count - std::min<std::uint64_t>(count, series.open_count);
  const auto visit_run = [&](const RunPlace& run) {
    const auto skipped = static_cast<std::uint32_t>(std::min<std::uint64_t>(skip, run.count));
    skip -= skipped;
    if (skipped < run.count) visit(run, skipped);
  };
  if (count > series.open_count) {
    std::uint32_t block = series.last_block;
    std::uint64_t stored = blocks_.header(block).count + std::uint64_t{series.open_count};
    if (stored < count) {
      stored = this->count(series);
      block = series.first_block;
    }
    for (skip = stored - count; block != kNone; block = blocks_.header(block).next) {
      if (skip >= blocks_.header(block).count)
        skip -= blocks_.header(block).count;
      else
        visit_block(block, visit_run);
    }
  }
  if (series.open_count > 0) visit_run(open_run(series));
}

// Our own bytes: a run that does not parse is a bug.
template <class Visit>
void FloatStore::visit_block(std::uint32_t block, Visit& visit) const {
  const BlockHeader& header = blocks_.header(block);
  RunPlace run{.timeline = header.timeline, .first_position = header.first_position};
  for (std::string_view bytes = blocks_.payload(block); !bytes.empty();) {
    std::uint32_t skipped = 0;
    bytes = skip_gap(bytes, skipped);
    RunInfo info;
    CHECK(inspect_run(bytes, info));
    run.first_position += skipped;
    run.count = info.count;
    run.constant = info.constant;
    run.value = info.value;
    run.bytes = bytes.substr(0, info.bytes);
    visit(static_cast<const RunPlace&>(run));
    run.first_position += info.count;
    bytes.remove_prefix(info.bytes);
  }
}

}  // namespace sluice::storage
