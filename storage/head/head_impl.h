// storage/head/head_impl.h
//
// Room: storage/head. What a Head consists of; private to this room. The three sides of it are implemented apart:
// head_write.cc, head_read.cc, head_flush.cc.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/head/float_store.h"
#include "storage/head/head.h"
#include "storage/head/series_state.h"
#include "storage/head/side.h"
#include "storage/head/writer_first_mutex.h"

namespace sluice::storage {

class Head::Impl {
 public:
  // --- head_write.cc
  void ensure(SeriesRef ref, std::uint64_t target);
  void prefetch(SeriesRef ref) const { __builtin_prefetch(&state(ref.value())); }
  Verdict judge(SeriesRef ref, std::int64_t timestamp_ms, double value, const StorageLimits& limits);
  Verdict judge(SeriesRef ref, std::int64_t timestamp_ms, std::shared_ptr<const Histogram> histogram,
                const StorageLimits& limits);
  void begin_from(std::int64_t complete_from_ms);
  bool only_disk_knows(SeriesRef ref, std::int64_t timestamp_ms, const StorageLimits& limits) const;
  void rollback(std::span<const SeriesRef> refs);
  void publish(const AcceptedSamples& accepted);

  // --- head_read.cc
  void read(std::span<const SeriesRef> refs, TimeRangeMs range, SeriesBatch& batch) const;
  void add_active(TimeRangeMs range, std::vector<SeriesRef>& refs) const;
  void add_reaching(TimeRangeMs range, std::span<const SeriesRef> refs, std::vector<SeriesRef>& reaching) const;
  std::size_t memory_bytes() const;

  // --- head_flush.cc
  void collect(std::uint32_t first, std::uint32_t last, Unflushed& out, FlushTicket& ticket);
  void mark_flushed(const FlushTicket& ticket);
  std::int64_t oldest_unflushed_ms() const;
  void announce_evict(std::int64_t before_ms);
  void evict(std::int64_t before_ms);

  // --- figures: written under the lock, read by anybody
  std::atomic<std::uint32_t> series_count{0};
  std::atomic<std::uint64_t> active_series{0}, active_version{0}, samples_published{0}, unflushed_count{0};
  std::atomic<std::int64_t> min_time_ms{kForever}, max_time_ms{kNever}, complete_from_ms{kNever};

 private:
  static constexpr std::uint32_t kChunk = 1024;  // states: 64 KB
  using Chunk = std::array<SeriesState, kChunk>;

  // An accepted sample that is not published yet and is not its series' last: a float, or a histogram.
  struct Admitted {
    std::uint64_t bits = 0;
    std::shared_ptr<const Histogram> histogram = {};
  };
  struct Candidate {  // what is being judged: a float, or a histogram
    std::uint64_t bits = 0;
    const Histogram* histogram = nullptr;
  };
  using SampleKey = std::pair<std::uint32_t, std::int64_t>;  // ref, timestamp

  SeriesState& state(std::uint32_t ref) const { return (*states_[ref / kChunk])[ref % kChunk]; }
  bool known(std::uint32_t ref) const { return ref / kChunk < states_.size() && state(ref).ensured(); }
  Side* side_of(std::uint32_t ref) SLUICE_REQUIRES_SHARED(mutex_);
  const Side* side_of(std::uint32_t ref) const SLUICE_REQUIRES_SHARED(mutex_);
  Side& make_side(std::uint32_t ref) SLUICE_REQUIRES(mutex_);

  bool reaches(std::uint32_t ref, TimeRangeMs range) const SLUICE_REQUIRES_SHARED(mutex_);
  Verdict judge_histogram(SeriesRef ref, std::int64_t timestamp_ms, const Candidate& candidate,
                          const StorageLimits& limits);
  Verdict judge_late(SeriesRef ref, std::int64_t timestamp_ms, const Candidate& candidate, const StorageLimits& limits);
  bool too_old(std::int64_t timestamp_ms, const StorageLimits& limits) const;
  Verdict compare_stored(SeriesRef ref, std::int64_t timestamp_ms, const Candidate& candidate) const;
  void admit_in_order(SeriesState& series, std::int64_t timestamp_ms, const Candidate& candidate);
  void remember(SeriesRef ref, std::int64_t timestamp_ms, Admitted admitted);
  void note_overtaken(const SeriesState& series, SeriesRef ref);
  void remember_overtaken();
  void forget_admitted();

  void publish_floats(std::span<const FloatSample> samples);
  struct Tally {  // of what one slice published
    std::uint64_t count = 0;
    std::int64_t oldest_ms = kForever, newest_ms = kNever;
  };
  void publish_float(const FloatSample& sample, Tally& tally) SLUICE_REQUIRES(mutex_);
  bool insert_late(SeriesState& series, const FloatSample& sample) SLUICE_REQUIRES(mutex_);
  void publish_histograms(std::span<const HistogramSample> samples) SLUICE_EXCLUDES(mutex_);
  bool float_between(const SeriesState& series, const Side& side, std::int64_t after_ms, std::int64_t before_ms) const
      SLUICE_REQUIRES(mutex_);
  void publish_starts(std::span<const SampleStart> starts) SLUICE_EXCLUDES(mutex_);
  void end_start(std::uint32_t ref, std::int64_t timestamp_ms) SLUICE_REQUIRES(mutex_);
  void note_published(SeriesState& series, std::uint32_t ref, std::int64_t timestamp_ms, Tally& tally)
      SLUICE_REQUIRES(mutex_);
  void add_up(const Tally& tally) SLUICE_REQUIRES(mutex_);
  void set_active(SeriesState& series, std::uint32_t ref, bool active) SLUICE_REQUIRES(mutex_);

  void collect_series(std::uint32_t ref, Unflushed& out, FlushTicket& ticket) SLUICE_REQUIRES(mutex_);
  void collect_floats(const SeriesState& series, Side* side, Unflushed& out) const SLUICE_REQUIRES(mutex_);
  void collect_starts(const Side& side, Unflushed::Series& entry, Unflushed& out) const;
  std::int64_t oldest_unflushed(const SeriesState& series) const SLUICE_REQUIRES_SHARED(mutex_);
  struct Eviction {  // in progress: the lock is given up between slices of series
    std::int64_t before_ms = 0;
    std::vector<std::uint32_t> in_use = {};  // [timeline]: oldest position that is still referred to
    std::int64_t oldest_ms = kForever;       // of what is kept outside timelines
  };
  Eviction begin_evict(std::int64_t before_ms);
  void evict_series(std::uint32_t ref, Eviction& eviction) SLUICE_REQUIRES(mutex_);
  void finish_evict(Eviction& eviction);
  // Only its address: whoever uses it locks.
  const FloatStore& floats_unlocked() const SLUICE_NO_ANALYSIS { return floats_; }
  void check_series(std::uint32_t ref) const SLUICE_REQUIRES_SHARED(mutex_);  // in debug builds, after every mutation

  mutable WriterFirstMutex mutex_;
  std::vector<std::unique_ptr<Chunk>> states_;  // grows under the lock, by the writer; the writer may look without it
  FloatStore floats_ SLUICE_GUARDED_BY(mutex_);
  std::unordered_map<std::uint32_t, std::unique_ptr<Side>> sides_ SLUICE_GUARDED_BY(mutex_);
  std::vector<std::uint64_t> active_bits_ SLUICE_GUARDED_BY(mutex_);         // by ref
  std::int64_t oldest_since_evict_ms_ SLUICE_GUARDED_BY(mutex_) = kForever;  // of what was published since one began

  // the writer's
  std::int64_t began_from_ms_ = kNever;  // what blocks held at the start is before this
  std::int64_t admitted_max_ms_ = kNever;
  std::map<SampleKey, Admitted> admitted_;  // but in-order floats: those are in the states
  std::vector<std::pair<SampleKey, std::uint64_t>>
      overtaken_;                   // but those that newer ones have followed; and their bits
  std::vector<SampleKey> started_;  // samples of the publish() at hand that came with a start; sorted
};

}  // namespace sluice::storage
