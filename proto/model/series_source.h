// proto/model/series_source.h
//
// Room: proto/model. The one door between those who remember (storage) and those who answer (promql).
// A SeriesSource is one tenant's data. `select` resolves matchers to a SeriesSet, which knows its size and labels at
// once and reads samples in batches, from several threads if asked.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/error.h"
#include "proto/model/histogram.h"
#include "proto/model/labels.h"
#include "proto/model/matcher.h"

namespace sluice {

struct TimeRangeMs {  // both ends inclusive; left-open windows are promql's business
  std::int64_t min_ms = 0;
  std::int64_t max_ms = 0;
  friend bool operator==(const TimeRangeMs&, const TimeRangeMs&) = default;
};

// Its counter reset hint is the source's word, not the sender's: gauge as it was sent, not_reset when nothing fell
// since the sample before it in the series, else unknown.
struct HistogramPoint {
  std::int64_t timestamp_ms = 0;
  const Histogram* histogram = nullptr;  // borrowed from the batch
};

struct StartTimestamp {
  std::int64_t timestamp_ms = 0;  // of the sample
  std::int64_t start_ms = 0;      // when the counter behind it started
};

// One series' samples in the asked range, in ascending order of time. Borrowed from the SeriesBatch.
struct SeriesSamples {
  // Series scraped together share one array: equal (pointer, size) means equal windows, found once.
  std::span<const std::int64_t> timestamps_ms;
  const double* values = nullptr;              // one per timestamp; stale markers are values (see proto/model/sample.h)
  bool constant = false;                       // all values have the same bits (only a hint: false promises nothing)
  bool has_stale = true;                       // false: no value is a stale marker (true promises nothing)
  std::span<const HistogramPoint> histograms;  // ascending; a timestamp is in one list only
  std::span<const StartTimestamp> start_times;  // ascending; samples without a start time are not listed
};

// What SeriesSet::read fills: buffers are reused from call to call. Not thread-safe: one per reader.
class SeriesBatch {
 public:
  std::vector<SeriesSamples> series;  // in the order asked for

  // Owned by whoever implements SeriesSet: buffers behind the spans above. Reused, so that reading does not allocate.
  std::vector<std::int64_t> timestamp_buffer;
  std::vector<double> value_buffer;
  std::vector<HistogramPoint> histogram_points;
  std::vector<StartTimestamp> start_buffer;
  std::vector<std::shared_ptr<const void>> keep_alive;  // frames, timelines and histograms the spans point into

  void clear();
  std::size_t sample_count() const;  // floats + histograms now in the batch
};

class SeriesSet {
 public:
  virtual ~SeriesSet() = default;
  virtual std::size_t size() const = 0;
  // Valid while the set lives. i < size(). Order: by SeriesRef (registration), stable between calls.
  virtual LabelsView labels(std::size_t i) const = 0;
  // Samples of series [first, first + count) within the selected range. A series without samples gets an empty entry.
  // Thread safety: concurrent calls with different batches. Sees every append acknowledged before select().
  virtual Result<void> read(std::size_t first, std::size_t count, SeriesBatch& batch) const = 0;
};

struct LabelQuery {
  std::vector<std::vector<Matcher>> selectors;  // union; empty: every series
  TimeRangeMs range;
  std::size_t limit = 0;  // 0: none; one more than the limit may be returned so that the caller knows it was cut
  std::stop_token stop;
};

// What has changed in one tenant's data, for whoever keeps answers. Positions only grow; they mean nothing to another
// feed. Thread safety: every method may be called from any thread.
class ChangeFeed {
 public:
  virtual ~ChangeFeed() = default;
  // Read it before the data: whatever a select() after this call does not show yet counts as a change since.
  virtual std::uint64_t position() const = 0;
  // No sample before this time has come since `position`. INT64_MAX: none at all. It may be lower than need be.
  virtual std::int64_t changed_from_ms(std::uint64_t position) const = 0;
};

class SeriesSource {
 public:
  virtual ~SeriesSource() = default;
  // nullptr: nobody follows what changes here, so answers cannot be kept. Lives as long as the source.
  virtual const ChangeFeed* changes() const { return nullptr; }
  // Older samples are not shown (any more), although the feed does not tell of their going.
  virtual std::int64_t earliest_ms() const { return std::numeric_limits<std::int64_t>::min(); }
  virtual const SymbolSource& symbols() const = 0;  // lives as long as the source
  // Series that match all matchers and may have samples in `range`.
  virtual Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs range,
                                                    std::stop_token stop) const = 0;
  // The same, for whoever lists series and reads no samples: a source that can tell cheaply leaves out those that have
  // none in `range`.
  virtual Result<std::unique_ptr<SeriesSet>> list(std::span<const Matcher> matchers, TimeRangeMs range,
                                                  std::stop_token stop) const {
    return select(matchers, range, std::move(stop));
  }
  virtual Result<std::vector<std::string>> label_names(const LabelQuery& query) const = 0;  // sorted, unique
  virtual Result<std::vector<std::string>> label_values(const std::string& name, const LabelQuery& query) const = 0;
};

}  // namespace sluice
