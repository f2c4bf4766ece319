// storage/head/head.h
//
// Room: storage/head. One tenant's recent samples in memory, in the same frames as on disk.
// Below: frame. Above: tsdb, which resolves series, journals and orders commits. No I/O happens in this room.
//
// The life of a sample: judge() says what it is worth and remembers it as *admitted*, so that the next part of the same
// commit group is judged against it; tsdb journals the accepted ones; publish() shows them, or rollback() forgets them.
//
// Thread safety
//   The writer (ensure, judge, publish, rollback): one thread at a time, the tenant's commit leader.
//   The flusher (collect_unflushed, mark_flushed, evict): one thread at a time, beside the writer and the readers.
//   Readers (read, and all figures): any number. A reader locks for a few dozen series and lets a waiting writer pass.
// Invariants
//   I1  Whatever read() shows was published: memory never shows what a restart would lose.
//   I2  In-order samples of a series ascend strictly in time; a late sample never repeats a timestamp of its series.
//   I3  What is not marked as flushed is never evicted.
//   I4  A histogram whose hint is read as not_reset continues the sample that is before it in the same read: nothing
//       lies between the two, and nothing that is counted fell.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "proto/base/strong.h"
#include "proto/model/histogram.h"
#include "proto/model/limits.h"
#include "proto/model/sample.h"
#include "proto/model/series_source.h"
#include "storage/frame/start_codec.h"

namespace sluice::storage {

enum class Verdict : std::uint8_t {
  in_order,             // journal and publish it
  late,                 // out of order, inside the window: journal and publish it
  duplicate,            // the same sample is stored (or admitted): counts as written, is not journalled again
  duplicate_timestamp,  // refuse: another value is stored at that timestamp
  too_old,              // refuse: not newer than the series' last, and before the out-of-order window
};
inline bool accepted(Verdict v) { return v == Verdict::in_order || v == Verdict::late; }

struct FloatSample {
  SeriesRef ref;
  std::int64_t timestamp_ms = 0;
  double value = 0;
};

struct HistogramSample {
  SeriesRef ref;
  std::int64_t timestamp_ms = 0;
  std::shared_ptr<Histogram> histogram;  // as it was sent; the head's from publish() on, which sets its hint
};

struct SampleStart {  // the start timestamp that came with an accepted sample
  SeriesRef ref;
  std::int64_t timestamp_ms = 0;
  std::int64_t start_ms = 0;
};

// What one commit makes visible, in the order it was judged. Borrowed for the call.
struct AcceptedSamples {
  std::span<const FloatSample> floats;  // in order and late ones alike
  std::span<const HistogramSample> histograms;
  std::span<const SampleStart> starts;  // of samples in either list
};

// What collect_unflushed() copies out: columns, so that a flush of many series allocates little. Reused by clear().
struct Unflushed {
  struct Series {
    SeriesRef ref;
    std::uint32_t first_sample = 0, sample_count = 0;        // into timestamps_ms and values
    std::uint32_t first_histogram = 0, histogram_count = 0;  // into histograms
    std::uint32_t first_start = 0, start_count = 0;          // into starts
  };
  std::vector<Series> series;               // ascending refs; only series that have something to flush
  std::vector<std::int64_t> timestamps_ms;  // per series ascending and unique: late samples are merged in
  std::vector<double> values;
  std::vector<HistogramPoint> histograms;  // per series ascending; no timestamp that is also in timestamps_ms
  // Per series ascending; the first holds from the first collected sample of the series if that has a start.
  // start_ms 0 ends one. Only series with start times have any.
  std::vector<StartChange> starts;
  std::vector<std::shared_ptr<const void>> keep_alive;  // what histograms point into
  void clear();
};

// Remembers what a flush has collected, until its block is safe on disk. A ticket that is dropped changes nothing: its
// samples are collected again next time.
class FlushTicket {
 public:
  FlushTicket() = default;
  bool empty() const { return collected_.empty(); }

 private:
  friend class Head;
  struct Collected {
    std::uint32_t ref = 0;
    std::uint32_t in_order_count = 0;
    bool side = false;  // late samples, histograms or starts were collected too
  };
  std::vector<Collected> collected_;
};

class Head {
 public:
  Head();
  ~Head();
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  // --- the writer

  // Makes room for `ref` (refs come dense, in any order). target: what series of one scrape share, a hash of job and
  // instance; series of one target may share timestamps. Calling it again for a known ref changes nothing.
  void ensure(SeriesRef ref, std::uint64_t target);

  // Brings a series' state near: call a few samples ahead of judge().
  void prefetch(SeriesRef ref) const;

  // ref was ensured. Rules, in the words of contract section 6: L the last in-order sample of the series, M the newest
  // sample of the tenant, W = limits.out_of_order_window_ms; all including what is admitted.
  //   t > L                        in_order, however old: Prometheus refuses t < M - 1h here, but an agent that comes
  //                                back from an outage replays its log beside others that were never away
  //   t == L                       duplicate when all bits are the same, else duplicate_timestamp
  //   t < L, t < M - W             too_old
  //   t < L, inside the window     late; or, when memory holds t: duplicate / duplicate_timestamp by the bits
  // A series without samples in memory since start has no L. A float and a histogram at one timestamp differ.
  Verdict judge(SeriesRef ref, std::int64_t timestamp_ms, double value, const StorageLimits& limits);
  Verdict judge(SeriesRef ref, std::int64_t timestamp_ms, std::shared_ptr<const Histogram> histogram,
                const StorageLimits& limits);

  // Whether memory cannot say if the series has a sample at timestamp_ms, because it was evicted or flushed before the
  // start, and judge() would not refuse it as too old: ask the blocks before you judge. The writer's.
  bool only_disk_knows(SeriesRef ref, std::int64_t timestamp_ms, const StorageLimits& limits) const;

  // The commit failed: forgets everything admitted since the last publish() or rollback(). `refs` are the series of
  // all samples accepted since (repetitions are fine).
  void rollback(std::span<const SeriesRef> refs);

  // Makes judged samples visible. After the last part of a group, everything admitted must have been published.
  // Also used by replay, without judge(): what memory already holds at that timestamp is skipped.
  // Takes the write lock for a bounded slice of samples at a time.
  void publish(const AcceptedSamples& accepted);

  // --- readers

  // Fills batch.series with one entry per ref, in order: the samples within `range`, late ones merged. Replaces what
  // the batch held. Series that share a timeline and have no gap in the range get spans into one array (the same
  // pointer and size). Refs that were never ensured get an empty entry.
  void read(std::span<const SeriesRef> refs, TimeRangeMs range, SeriesBatch& batch) const;

  // From this time on memory holds every accepted sample; earlier ones may be on disk only. INT64_MIN until the first
  // evict() or begin_from(). It may rise while one reads: ask again after read(), and take from disk what is
  // before the answer.
  std::int64_t complete_from_ms() const;
  // At start: what was flushed before the restart is on disk only, so memory is complete only from here on.
  void begin_from(std::int64_t complete_from_ms);

  std::uint64_t active_series() const;  // series with samples in memory
  std::uint64_t samples_published() const;
  std::int64_t min_time_ms() const;  // of samples in memory, a lower bound; INT64_MAX when there are none
  std::int64_t max_time_ms() const;  // newest published; INT64_MIN when there never was one
  std::size_t memory_bytes() const;
  // Adds the refs of all series with samples in memory, ascending; none when memory has nothing in `range`. A copy
  // stays right while active_version() stays the same: keep it, the set changes only when series come or go.
  void add_active(TimeRangeMs range, std::vector<SeriesRef>& refs) const;
  std::uint64_t active_version() const;
  // Adds those of `refs` whose samples in memory, from the oldest to the newest, reach into `range`. Nothing is
  // decoded: some 6 ns a series, 33 ns when its newest sample lies behind the range (head_bench).
  void add_reaching(TimeRangeMs range, std::span<const SeriesRef> refs, std::vector<SeriesRef>& reaching) const;

  // --- the flusher

  // Copies everything not flushed of series [first, last) to the end of `out` and notes it in `ticket`. Locks in
  // slices. What is published meanwhile may or may not be included.
  void collect_unflushed(SeriesRef first, SeriesRef last, Unflushed& out, FlushTicket& ticket);
  // The block with these samples is durable and readable.
  void mark_flushed(const FlushTicket& ticket);
  bool has_unflushed() const;
  std::int64_t oldest_unflushed_ms() const;  // O(series); a lower bound; INT64_MAX when everything is flushed
  // Says that evict(before_ms) is to come: complete_from_ms() rises. With the writer stopped, so that what it knows of
  // only_disk_knows() stays true until it has judged.
  void announce_evict(std::int64_t before_ms);
  // Frees flushed samples before `before_ms` (whole frames, so some older ones stay). O(series), locking in slices.
  void evict(std::int64_t before_ms);

  std::uint32_t series_count() const;  // refs ensured: [0, series_count()) covers them all

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::storage
