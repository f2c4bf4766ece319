// storage/head/side.h
//
// Room: storage/head. What only some series have beside their in-order floats: late samples, native histograms, start
// times. Every entry remembers how far it is on its way to disk. Thread safety: none; the head's lock guards it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/model/histogram.h"
#include "proto/model/series_source.h"
#include "storage/frame/histogram_codec.h"
#include "storage/frame/start_codec.h"
#include "storage/head/series_state.h"

namespace sluice::storage {

enum class FlushState : std::uint8_t { fresh, collected, flushed };

struct LateSample {
  std::int64_t timestamp_ms = 0;
  double value = 0;
  FlushState state = FlushState::fresh;
};

// A series' native histograms, late ones included. Recent ones are kept as they came, ascending; once flushed they are
// packed into runs of kRun. Runs may overlap recent ones in time when histograms came late.
// Each has the counter reset hint that readers see (see histogram_compare.h): not_reset speaks of the sample before it.
class HistogramStream {
 public:
  bool empty() const { return recent_.empty() && packed_.empty(); }
  std::int64_t newest_ms() const { return newest_ms_; }  // ever added; kNever: none

  // Takes it over and sets its hint. after_float: a float lies between it and the newest histogram, so that its hint is
  // unknown, as it is when it comes late. False: there is one at that timestamp already.
  bool add(std::int64_t timestamp_ms, std::shared_ptr<Histogram> histogram, bool after_float);
  // A sample has come late: the histogram after it no longer follows the one that its hint speaks of.
  void break_chain(std::int64_t timestamp_ms);
  std::shared_ptr<const Histogram> find(std::int64_t timestamp_ms) const;  // null: none

  // Appends points in range, ascending, and what they point into.
  void read(TimeRangeMs range, std::vector<HistogramPoint>& points,
            std::vector<std::shared_ptr<const void>>& keep_alive) const;
  // Appends all that is not flushed and notes it as collected. Returns how many.
  std::size_t collect(std::vector<HistogramPoint>& points, std::vector<std::shared_ptr<const void>>& keep_alive);
  std::size_t mark_flushed();                // what was collected; returns how many
  std::int64_t oldest_unflushed_ms() const;  // INT64_MAX: none
  std::int64_t oldest_ms() const;            // INT64_MAX: none
  void evict(std::int64_t before_ms);
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kRun = 32;
  struct Recent {
    std::int64_t timestamp_ms = 0;
    std::shared_ptr<const Histogram> histogram;
    FlushState state = FlushState::fresh;
  };
  struct Packed {
    std::int64_t first_ms = 0, last_ms = 0;
    std::string bytes;  // of histogram_codec
  };
  const Histogram* newest() const;  // null: there is none, or it was evicted
  std::int64_t next_after(std::int64_t timestamp_ms) const;
  static std::int64_t next_after(const Packed& run, std::int64_t timestamp_ms);
  void pack();
  static void forget_hint(Packed& run, std::int64_t timestamp_ms);
  static std::shared_ptr<std::vector<TimedHistogram>> unpack(const Packed& run);

  std::vector<Packed> packed_;
  std::vector<Recent> recent_;
  std::int64_t newest_ms_ = kNever;
};

struct Side {
  std::vector<LateSample> late;  // ascending and unique
  HistogramStream histograms;
  std::vector<StartChange> starts;

  bool add_late(std::int64_t timestamp_ms, double value);  // false: there is one at that timestamp
  const LateSample* find_late(std::int64_t timestamp_ms) const;
  bool has_late_between(std::int64_t after_ms, std::int64_t before_ms) const;  // neither end is meant
  std::size_t mark_flushed();  // all that was collected; returns how many samples
  // Drops flushed samples before before_ms, and starts that hold for no sample at or after starts_from_ms.
  void evict(std::int64_t before_ms, std::int64_t starts_from_ms);
  std::int64_t oldest_unflushed_ms() const;
  std::int64_t oldest_ms() const;  // of its samples; INT64_MAX: there are none
  std::int64_t newest_ms() const;  // an upper bound: of its histograms, one that was evicted counts
  bool empty() const { return late.empty() && histograms.empty() && starts.empty(); }
  std::size_t memory_bytes() const;
};

}  // namespace sluice::storage
