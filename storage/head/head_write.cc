// The writer's side of the head: what a sample is worth, and making it visible.
#include <algorithm>
#include <bit>

#include "storage/frame/histogram_compare.h"
#include "storage/head/head_impl.h"

namespace sluice::storage {
namespace {

constexpr std::size_t kPublishSlice = 1024;        // samples between two chances for readers: some 20 us
constexpr std::size_t kPrefetchAhead = 8;          // samples
constexpr std::size_t kOvertakenKeptMax = 64'000;  // samples: a rare giant part must not stay in memory for ever

std::uint64_t bits_of(double v) { return std::bit_cast<std::uint64_t>(v); }

// newest - age, without running out of the number's range.
std::int64_t before(std::int64_t newest_ms, std::int64_t age_ms) {
  return newest_ms < kNever + age_ms ? kNever : newest_ms - age_ms;
}

}  // namespace

void Head::Impl::ensure(SeriesRef ref, std::uint64_t target) {
  const std::uint32_t i = ref.value();
  if (known(i)) return;
  const HeadWriteLock lock(mutex_);
  while (states_.size() <= i / kChunk) states_.push_back(std::make_unique<Chunk>());
  if (active_bits_.size() <= i / 64) active_bits_.resize(states_.size() * kChunk / 64);
  SeriesState& series = state(i);
  series.target = floats_.timelines().target_for(target) & 0xffffff;
  series_count.store(std::max(series_count.load(), i + 1));
}

// ---------------------------------------------------------------- judging

Verdict Head::Impl::judge(SeriesRef ref, std::int64_t timestamp_ms, double value, const StorageLimits& limits) {
  SeriesState& series = state(ref.value());
  DCHECK(series.ensured());
  const Candidate candidate{.bits = bits_of(value)};
  if (timestamp_ms > series.admitted_ms) {
    note_overtaken(series, ref);
    admit_in_order(series, timestamp_ms, candidate);
    return Verdict::in_order;
  }
  if (timestamp_ms < series.admitted_ms) {
    const Verdict verdict = judge_late(ref, timestamp_ms, candidate, limits);
    if (verdict == Verdict::late) remember(ref, timestamp_ms, {.bits = candidate.bits});
    return verdict;
  }
  const bool same = !series.admitted_histogram && series.admitted_bits == candidate.bits;
  return same ? Verdict::duplicate : Verdict::duplicate_timestamp;
}

Verdict Head::Impl::judge(SeriesRef ref, std::int64_t timestamp_ms, std::shared_ptr<const Histogram> histogram,
                          const StorageLimits& limits) {
  const Verdict verdict = judge_histogram(ref, timestamp_ms, {.histogram = histogram.get()}, limits);
  if (accepted(verdict)) remember(ref, timestamp_ms, {.histogram = std::move(histogram)});
  return verdict;
}

Verdict Head::Impl::judge_histogram(SeriesRef ref, std::int64_t timestamp_ms, const Candidate& candidate,
                                    const StorageLimits& limits) {
  SeriesState& series = state(ref.value());
  DCHECK(series.ensured());
  if (timestamp_ms > series.admitted_ms) {
    note_overtaken(series, ref);
    admit_in_order(series, timestamp_ms, candidate);
    return Verdict::in_order;
  }
  if (timestamp_ms < series.admitted_ms) return judge_late(ref, timestamp_ms, candidate, limits);
  if (!series.admitted_histogram) return Verdict::duplicate_timestamp;
  const Verdict verdict = compare_stored(ref, timestamp_ms, candidate);
  return verdict == Verdict::late ? Verdict::duplicate_timestamp : verdict;  // evicted: nothing left to compare with
}

void Head::Impl::begin_from(std::int64_t from_ms) {
  began_from_ms_ = from_ms;
  complete_from_ms.store(from_ms);
}

// What came since the start is in memory until it is evicted, and a series' last outlives even that.
bool Head::Impl::only_disk_knows(SeriesRef ref, std::int64_t timestamp_ms, const StorageLimits& limits) const {
  const std::int64_t last_ms = state(ref.value()).admitted_ms;
  if (timestamp_ms > last_ms) return timestamp_ms < began_from_ms_;
  if (timestamp_ms < last_ms && too_old(timestamp_ms, limits)) return false;
  return timestamp_ms < complete_from_ms.load(std::memory_order_relaxed);
}

bool Head::Impl::too_old(std::int64_t timestamp_ms, const StorageLimits& limits) const {
  return timestamp_ms < before(admitted_max_ms_, limits.out_of_order_window_ms);
}

void Head::Impl::admit_in_order(SeriesState& series, std::int64_t timestamp_ms, const Candidate& candidate) {
  series.admitted_ms = timestamp_ms;
  series.admitted_bits = candidate.bits;
  series.admitted_histogram = candidate.histogram != nullptr;
  admitted_max_ms_ = std::max(admitted_max_ms_, timestamp_ms);
}

Verdict Head::Impl::judge_late(SeriesRef ref, std::int64_t timestamp_ms, const Candidate& candidate,
                               const StorageLimits& limits) {
  if (too_old(timestamp_ms, limits)) return Verdict::too_old;
  if (timestamp_ms > state(ref.value()).last_ms) remember_overtaken();
  return compare_stored(ref, timestamp_ms, candidate);
}

void Head::Impl::remember(SeriesRef ref, std::int64_t timestamp_ms, Admitted admitted) {
  admitted_.emplace(SampleKey{ref.value(), timestamp_ms}, std::move(admitted));
}

// An admitted float is at hand in the state of its series until the next one comes. Only who catches up sends several
// at a time, and hardly anybody asks for them again: so they are listed, and sorted in when somebody does.
void Head::Impl::note_overtaken(const SeriesState& series, SeriesRef ref) {
  if (series.admitted_ms > series.last_ms && !series.admitted_histogram)
    overtaken_.push_back({{ref.value(), series.admitted_ms}, series.admitted_bits});
}

void Head::Impl::remember_overtaken() {
  for (const auto& [key, bits] : overtaken_) admitted_.emplace(key, Admitted{.bits = bits});
  overtaken_.clear();
}

void Head::Impl::forget_admitted() {
  admitted_.clear();
  overtaken_.clear();
  if (overtaken_.capacity() > kOvertakenKeptMax) overtaken_.shrink_to_fit();
}

// Looks for a sample at that timestamp among what is admitted and what is in memory. late: there is none.
Verdict Head::Impl::compare_stored(SeriesRef ref, std::int64_t timestamp_ms, const Candidate& candidate) const {
  const auto answer = [&](bool same) { return same ? Verdict::duplicate : Verdict::duplicate_timestamp; };
  const bool wants_histogram = candidate.histogram != nullptr;
  if (const auto at = admitted_.find({ref.value(), timestamp_ms}); at != admitted_.end()) {
    const Admitted& stored = at->second;
    if ((stored.histogram != nullptr) != wants_histogram) return Verdict::duplicate_timestamp;
    return answer(wants_histogram ? same_sample(*stored.histogram, *candidate.histogram)
                                  : stored.bits == candidate.bits);
  }
  const HeadReadLock lock(mutex_);
  if (const auto value = floats_.find(state(ref.value()), timestamp_ms))
    return answer(!wants_histogram && bits_of(*value) == candidate.bits);
  const Side* side = side_of(ref.value());
  if (side == nullptr) return Verdict::late;
  if (const LateSample* late = side->find_late(timestamp_ms))
    return answer(!wants_histogram && bits_of(late->value) == candidate.bits);
  if (const auto stored = side->histograms.find(timestamp_ms))
    return answer(wants_histogram && same_sample(*stored, *candidate.histogram));
  return Verdict::late;
}

void Head::Impl::rollback(std::span<const SeriesRef> refs) {
  const HeadReadLock lock(mutex_);
  for (const SeriesRef ref : refs) {
    SeriesState& series = state(ref.value());
    const Side* side = side_of(ref.value());
    const std::int64_t histogram_ms = side != nullptr ? side->histograms.newest_ms() : kNever;
    series.admitted_histogram = histogram_ms > series.last_ms;
    series.admitted_ms = std::max(series.last_ms, histogram_ms);
    series.admitted_bits = bits_of(series.last_value);
  }
  forget_admitted();
  admitted_max_ms_ = max_time_ms.load(std::memory_order_relaxed);
}

// ---------------------------------------------------------------- publishing

void Head::Impl::publish(const AcceptedSamples& accepted) {
  if (!accepted.starts.empty()) publish_starts(accepted.starts);
  for (std::size_t at = 0; at < accepted.floats.size(); at += kPublishSlice)
    publish_floats(accepted.floats.subspan(at, std::min(kPublishSlice, accepted.floats.size() - at)));
  if (!accepted.histograms.empty()) publish_histograms(accepted.histograms);
  forget_admitted();
  started_.clear();
}

void Head::Impl::publish_floats(std::span<const FloatSample> samples) {
  const HeadWriteLock lock(mutex_);
  Tally tally;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i + 2 * kPrefetchAhead < samples.size()) prefetch(samples[i + 2 * kPrefetchAhead].ref);
    if (i + kPrefetchAhead < samples.size()) floats_.prefetch(state(samples[i + kPrefetchAhead].ref.value()));
    publish_float(samples[i], tally);
  }
  add_up(tally);
}

void Head::Impl::publish_float(const FloatSample& sample, Tally& tally) {
  const std::uint32_t ref = sample.ref.value();
  DCHECK(known(ref));
  SeriesState& series = state(ref);
  if (series.has_side || sample.timestamp_ms <= series.last_ms) {
    if (!insert_late(series, sample)) return;
  } else {
    floats_.append(series, sample.timestamp_ms, sample.value);
    ++series.unflushed;
  }
  if (sample.timestamp_ms > series.admitted_ms)  // replay does not judge
    admit_in_order(series, sample.timestamp_ms, {.bits = bits_of(sample.value)});
  note_published(series, ref, sample.timestamp_ms, tally);
}

// The careful way: for series with a side, and for samples that are not newer than the last. False: there is one
// already.
bool Head::Impl::insert_late(SeriesState& series, const FloatSample& sample) {
  const std::uint32_t ref = sample.ref.value();
  Side* const side = side_of(ref);
  if (side != nullptr && (side->find_late(sample.timestamp_ms) || side->histograms.find(sample.timestamp_ms)))
    return false;
  if (sample.timestamp_ms > series.last_ms) {
    floats_.append(series, sample.timestamp_ms, sample.value);
    ++series.unflushed;
  } else {
    if (floats_.find(series, sample.timestamp_ms)) return false;
    make_side(ref).add_late(sample.timestamp_ms, sample.value);
  }
  if (side != nullptr) side->histograms.break_chain(sample.timestamp_ms);
  end_start(ref, sample.timestamp_ms);
  return true;
}

void Head::Impl::publish_histograms(std::span<const HistogramSample> samples) {
  const HeadWriteLock lock(mutex_);
  Tally tally;
  for (const HistogramSample& sample : samples) {
    const std::uint32_t ref = sample.ref.value();
    DCHECK(known(ref));
    SeriesState& series = state(ref);
    Side& side = make_side(ref);
    if (side.find_late(sample.timestamp_ms) || floats_.find(series, sample.timestamp_ms)) continue;
    const bool after_float = float_between(series, side, side.histograms.newest_ms(), sample.timestamp_ms);
    if (!side.histograms.add(sample.timestamp_ms, sample.histogram, after_float)) continue;
    end_start(ref, sample.timestamp_ms);
    if (sample.timestamp_ms > series.admitted_ms)
      admit_in_order(series, sample.timestamp_ms, {.histogram = sample.histogram.get()});
    note_published(series, ref, sample.timestamp_ms, tally);
  }
  add_up(tally);
}

bool Head::Impl::float_between(const SeriesState& series, const Side& side, std::int64_t after_ms,
                               std::int64_t before_ms) const {
  if (side.has_late_between(after_ms, before_ms)) return true;
  if (series.last_ms <= after_ms) return false;
  return series.last_ms < before_ms || floats_.any_between(series, after_ms, before_ms);
}

// Starts are noted before their samples, so that a sample that came without one is known by what the changes say about
// it; and in order of time, so that each holds until the next.
void Head::Impl::publish_starts(std::span<const SampleStart> starts) {
  std::vector<SampleStart> sorted(starts.begin(), starts.end());
  const auto key = [](const SampleStart& start) { return SampleKey{start.ref.value(), start.timestamp_ms}; };
  std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const HeadWriteLock lock(mutex_);
  for (const SampleStart& start : sorted) {
    const SeriesState& series = state(start.ref.value());
    Side& side = make_side(start.ref.value());
    const std::int64_t newest = std::max(series.last_ms, side.histograms.newest_ms());
    const bool leads = side.starts.empty() || start.timestamp_ms > side.starts.back().from_ms;
    note_start(side.starts, start.timestamp_ms, start.start_ms, leads && start.timestamp_ms > newest);
    started_.push_back(key(start));
  }
}

// A sample that came without a start time ends the start before it, unless a later one of the same commit has it again.
void Head::Impl::end_start(std::uint32_t ref, std::int64_t timestamp_ms) {
  Side* side = side_of(ref);
  if (side == nullptr || side->starts.empty()) return;
  const auto at = std::lower_bound(started_.begin(), started_.end(), SampleKey{ref, timestamp_ms});
  const bool of_series = at != started_.end() && at->first == ref;
  if (of_series && at->second == timestamp_ms) return;
  const std::int64_t newest = std::max(state(ref).last_ms, side->histograms.newest_ms());
  note_start(side->starts, timestamp_ms, 0, timestamp_ms >= newest && !of_series);
}

void Head::Impl::note_published(SeriesState& series, std::uint32_t ref, std::int64_t timestamp_ms, Tally& tally) {
  if (!series.active) set_active(series, ref, true);
  ++tally.count;
  tally.oldest_ms = std::min(tally.oldest_ms, timestamp_ms);
  tally.newest_ms = std::max(tally.newest_ms, timestamp_ms);
  check_series(ref);
}

void Head::Impl::add_up(const Tally& tally) {
  samples_published.fetch_add(tally.count, std::memory_order_relaxed);
  unflushed_count.fetch_add(tally.count, std::memory_order_relaxed);
  max_time_ms.store(std::max(max_time_ms.load(), tally.newest_ms));
  min_time_ms.store(std::min(min_time_ms.load(), tally.oldest_ms));
  oldest_since_evict_ms_ = std::min(oldest_since_evict_ms_, tally.oldest_ms);
}

void Head::Impl::set_active(SeriesState& series, std::uint32_t ref, bool active) {
  series.active = active;
  const std::uint64_t bit = 1ULL << (ref % 64);
  if (active) {
    active_bits_[ref / 64] |= bit;
    active_series.fetch_add(1, std::memory_order_relaxed);
  } else {
    active_bits_[ref / 64] &= ~bit;
    active_series.fetch_sub(1, std::memory_order_relaxed);
  }
  active_version.fetch_add(1, std::memory_order_relaxed);
}

Side& Head::Impl::make_side(std::uint32_t ref) {
  auto& side = sides_[ref];
  if (side == nullptr) side = std::make_unique<Side>();
  state(ref).has_side = true;
  return *side;
}

void Head::Impl::check_series(std::uint32_t ref) const {
#ifndef NDEBUG
  const SeriesState& series = state(ref);
  floats_.check(series);
  const Side* side = side_of(ref);
  CHECK(series.active == (series.open_count > 0 || series.first_block != kNone || (side != nullptr && !side->empty())));
#else
  (void)ref;
#endif
}

}  // namespace sluice::storage
