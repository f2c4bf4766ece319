// storage/tsdb/run_codec.h
//
// Room: storage/tsdb. What a block's values mean: runs of series, and timelines that series share.
// docs/formats/block.md draws every byte.
//
//   run   := count:varint  ref deltas:varint*  entry sizes:varint*  entries
//   entry := flags:u8  floats:varint  [timeline:varint  values]  [histograms:varint  histogram run]  [start changes]
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/base/strong.h"
#include "proto/model/series_source.h"
#include "storage/frame/histogram_codec.h"
#include "storage/frame/start_codec.h"

namespace sluice::storage {

// One series' samples on their way into a block: ascending, unique. Borrowed.
struct SeriesColumns {
  std::span<const std::int64_t> timestamps_ms;
  std::span<const double> values;  // one per timestamp
  std::span<const HistogramPoint> histograms;
  std::span<const StartChange> starts;
  bool empty() const { return timestamps_ms.empty() && histograms.empty(); }
};

// How much, and from when to when: what the catalog says of a block.
struct Extent {
  std::uint64_t samples = 0;
  std::int64_t min_ms = INT64_MAX, max_ms = INT64_MIN;
  void add(const SeriesColumns& columns);
  void add(const Extent& other);
};

// The distinct sequences of timestamps of one tenant in one block. Most series share one with their scrape.
class TimelineTable {
 public:
  TimelineTable();
  std::uint32_t id_of(std::span<const std::int64_t> timestamps_ms);
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  // A timeline as stored: sample_count:varint size:varint timestamps
  std::string_view encoded(std::uint32_t id) const;
  std::size_t memory_bytes() const;

 private:
  struct Hash128 {
    std::uint64_t low, high;
    friend bool operator==(const Hash128&, const Hash128&) = default;
  };
  struct TakeLow {
    std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  // 128 keyed bits stand for the sequence itself: nobody can make two of them meet, and chance will not.
  std::unordered_map<Hash128, std::uint32_t, TakeLow> ids_;
  const std::uint64_t seed_;
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

void encode_entry(const SeriesColumns& columns, std::uint32_t timeline, std::string& out);

class RunWriter {
 public:
  void add(SeriesRef ref, std::string_view entry);  // refs ascending
  bool empty() const { return refs_.empty(); }
  std::size_t bytes() const { return entries_.size(); }
  SeriesRef last() const { return refs_.back(); }
  std::string take();  // the run; the writer is empty afterwards

 private:
  std::vector<SeriesRef> refs_;
  std::vector<std::size_t> sizes_;
  std::string entries_;
};

// A run's table of contents. Reused from run to run. Borrows from the value.
class RunReader {
 public:
  [[nodiscard]] bool open(std::string_view value);  // false: damaged
  std::size_t size() const { return refs_.size(); }
  SeriesRef ref(std::size_t i) const { return refs_[i]; }
  std::string_view entry(std::size_t i) const {
    return {starts_[i], static_cast<std::size_t>(starts_[i + 1] - starts_[i])};
  }
  std::size_t lower_bound(SeriesRef ref, std::size_t from) const;  // first entry at or behind `ref`

 private:
  std::vector<SeriesRef> refs_;
  std::vector<const char*> starts_;
};

// An entry taken apart; the values are not decoded yet.
struct EntryView {
  bool has_stale = false;
  std::uint32_t float_count = 0, timeline = 0;
  std::string_view values;  // and what follows them
  bool has_histograms = false, has_starts = false;
};
[[nodiscard]] bool parse_entry(std::string_view entry, EntryView& view);

// What follows the values. `rest` stands behind them.
struct EntryTail {
  std::vector<TimedHistogram> histograms;
  std::vector<StartChange> starts;
};
[[nodiscard]] bool decode_tail(const EntryView& view, std::string_view rest, EntryTail& tail);

// Fills `timestamps_ms` from TimelineTable::encoded(); moves `bytes` behind it.
[[nodiscard]] bool decode_timeline(std::string_view& bytes, std::vector<std::int64_t>& timestamps_ms);
[[nodiscard]] bool skip_timeline(std::string_view& bytes);

}  // namespace sluice::storage
