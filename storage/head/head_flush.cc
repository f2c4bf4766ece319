// The flusher's side of the head: what goes to disk, and what may be forgotten after.
#include <algorithm>

#include "storage/head/head_impl.h"

namespace sluice::storage {
namespace {

constexpr std::uint32_t kFlushSlice = 256;  // series between two chances for the others

// Inserts late samples that are not flushed among the in-order ones of [first, end) of the columns.
void merge_late(std::vector<LateSample>& late, std::size_t first, Unflushed& out) {
  for (LateSample& sample : late) {
    if (sample.state == FlushState::flushed) continue;
    sample.state = FlushState::collected;
    const auto at = std::lower_bound(out.timestamps_ms.begin() + static_cast<std::ptrdiff_t>(first),
                                     out.timestamps_ms.end(), sample.timestamp_ms);
    out.values.insert(out.values.begin() + (at - out.timestamps_ms.begin()), sample.value);
    out.timestamps_ms.insert(at, sample.timestamp_ms);
  }
}

// Appends the newest `count` in-order samples to the columns.
void append_newest(const FloatStore& floats, const SeriesState& series, std::uint64_t count, Unflushed& out) {
  floats.visit_newest(series, count, [&](const RunPlace& run, std::uint32_t skip) {
    const std::size_t at = out.timestamps_ms.size();
    out.timestamps_ms.resize(at + run.count - skip);
    out.values.resize(at + run.count - skip);
    floats.decode(run, skip, run.count - skip, out.values.data() + at);
    std::int64_t* const times = out.timestamps_ms.data() + at;
    if (run.timeline == kNone)
      *times = series.last_ms;
    else
      floats.timelines()[run.timeline].copy(run.first_position + skip, run.first_position + run.count, times);
  });
}

// When the newest `count` in-order samples begin. The series has a timeline.
std::int64_t oldest_of_newest(const FloatStore& floats, const SeriesState& series, std::uint64_t count) {
  std::int64_t oldest = kForever;
  floats.visit_newest(series, count, [&](const RunPlace& run, std::uint32_t skip) {
    if (oldest == kForever) oldest = floats.timelines()[run.timeline].at(run.first_position + skip);
  });
  return oldest;
}

}  // namespace

void Head::Impl::collect(std::uint32_t first, std::uint32_t last, Unflushed& out, FlushTicket& ticket) {
  last = std::min(last, series_count.load());
  while (first < last) {
    const std::uint32_t slice_end = std::min(last, first + kFlushSlice);
    const HeadWriteLock lock(mutex_);  // exclusive: entries of sides are noted as collected
    for (; first < slice_end; ++first)
      if (known(first)) collect_series(first, out, ticket);
  }
}

void Head::Impl::collect_series(std::uint32_t ref, Unflushed& out, FlushTicket& ticket) {
  const SeriesState& series = state(ref);
  Side* side = side_of(ref);
  if (series.unflushed == 0 && (side == nullptr || side->oldest_unflushed_ms() == kForever)) return;
  Unflushed::Series entry{.ref = SeriesRef(ref)};
  entry.first_sample = static_cast<std::uint32_t>(out.timestamps_ms.size());
  entry.first_histogram = static_cast<std::uint32_t>(out.histograms.size());
  entry.first_start = static_cast<std::uint32_t>(out.starts.size());
  collect_floats(series, side, out);
  entry.sample_count = static_cast<std::uint32_t>(out.timestamps_ms.size()) - entry.first_sample;
  if (side != nullptr) {
    entry.histogram_count = static_cast<std::uint32_t>(side->histograms.collect(out.histograms, out.keep_alive));
    collect_starts(*side, entry, out);
  }
  out.series.push_back(entry);
  ticket.collected_.push_back({ref, series.unflushed, side != nullptr});
}

void Head::Impl::collect_floats(const SeriesState& series, Side* side, Unflushed& out) const {
  const std::size_t first = out.timestamps_ms.size();
  append_newest(floats_, series, series.unflushed, out);
  if (side != nullptr) merge_late(side->late, first, out);
}

// The changes that matter for what was collected of the series: what holds at its oldest sample, and what follows.
void Head::Impl::collect_starts(const Side& side, Unflushed::Series& entry, Unflushed& out) const {
  if (side.starts.empty()) return;
  std::int64_t oldest = kForever, newest = kNever;
  if (entry.sample_count > 0) {
    oldest = out.timestamps_ms[entry.first_sample];
    newest = out.timestamps_ms.back();
  }
  if (entry.histogram_count > 0) {
    oldest = std::min(oldest, out.histograms[entry.first_histogram].timestamp_ms);
    newest = std::max(newest, out.histograms.back().timestamp_ms);
  }
  if (const std::int64_t start = start_at(side.starts, oldest); start != 0) out.starts.push_back({oldest, start});
  for (const StartChange& change : side.starts)
    if (change.from_ms > oldest && change.from_ms <= newest) out.starts.push_back(change);
  entry.start_count = static_cast<std::uint32_t>(out.starts.size()) - entry.first_start;
}

void Head::Impl::mark_flushed(const FlushTicket& ticket) {
  for (std::size_t at = 0; at < ticket.collected_.size();) {
    const std::size_t slice_end = std::min(ticket.collected_.size(), at + kFlushSlice);
    const HeadWriteLock lock(mutex_);
    std::uint64_t flushed = 0;
    for (; at < slice_end; ++at) {
      const FlushTicket::Collected& collected = ticket.collected_[at];
      SeriesState& series = state(collected.ref);
      DCHECK(series.unflushed >= collected.in_order_count);
      series.unflushed -= collected.in_order_count;
      flushed += collected.in_order_count;
      if (Side* side = collected.side ? side_of(collected.ref) : nullptr) flushed += side->mark_flushed();
    }
    unflushed_count.store(unflushed_count.load(std::memory_order_relaxed) - flushed, std::memory_order_relaxed);
  }
}

std::int64_t Head::Impl::oldest_unflushed_ms() const {
  std::int64_t oldest = kForever;
  const std::uint32_t count = series_count.load();
  for (std::uint32_t ref = 0; ref < count && unflushed_count.load() > 0;) {
    const HeadReadLock lock(mutex_);
    for (const std::uint32_t slice_end = std::min(count, ref + kFlushSlice); ref < slice_end; ++ref) {
      if (!known(ref)) continue;
      oldest = std::min(oldest, oldest_unflushed(state(ref)));
      if (const Side* side = side_of(ref)) oldest = std::min(oldest, side->oldest_unflushed_ms());
    }
  }
  return oldest;
}

std::int64_t Head::Impl::oldest_unflushed(const SeriesState& series) const {
  if (series.unflushed == 0) return kForever;
  return series.homeless() ? series.last_ms : oldest_of_newest(floats_, series, series.unflushed);
}

// ---------------------------------------------------------------- eviction

void Head::Impl::announce_evict(std::int64_t before_ms) {
  complete_from_ms.store(std::max(complete_from_ms.load(), before_ms));
}

void Head::Impl::evict(std::int64_t before_ms) {
  announce_evict(before_ms);  // first: a reader that still finds older samples loses nothing
  Eviction eviction = begin_evict(before_ms);
  const std::uint32_t count = series_count.load();
  for (std::uint32_t ref = 0; ref < count;) {
    const HeadWriteLock lock(mutex_);
    for (const std::uint32_t slice_end = std::min(count, ref + kFlushSlice); ref < slice_end; ++ref)
      if (known(ref) && state(ref).active) evict_series(ref, eviction);
  }
  finish_evict(eviction);
}

Head::Impl::Eviction Head::Impl::begin_evict(std::int64_t before_ms) {
  const HeadWriteLock lock(mutex_);
  floats_.timelines().begin_trim(before_ms);
  oldest_since_evict_ms_ = kForever;
  return {.before_ms = before_ms};
}

void Head::Impl::evict_series(std::uint32_t ref, Eviction& eviction) {
  SeriesState& series = state(ref);
  const bool has_floats = floats_.evict(series, eviction.before_ms, eviction.in_use);
  if (series.homeless()) eviction.oldest_ms = std::min(eviction.oldest_ms, series.last_ms);
  Side* side = side_of(ref);
  if (side != nullptr) {
    const std::int64_t needs_starts =
        std::min({eviction.before_ms, oldest_unflushed(series), side->oldest_unflushed_ms()});
    side->evict(eviction.before_ms, needs_starts);
    if (!has_floats && side->oldest_ms() == kForever) {
      sides_.erase(ref);
      series.has_side = false;
      side = nullptr;
    } else {
      eviction.oldest_ms = std::min(eviction.oldest_ms, side->oldest_ms());
    }
  }
  if (!has_floats && side == nullptr) set_active(series, ref, false);
  check_series(ref);
}

void Head::Impl::finish_evict(Eviction& eviction) {
  const HeadWriteLock lock(mutex_);
  Timelines& timelines = floats_.timelines();
  timelines.end_trim(eviction.in_use);
  const std::int64_t in_floats = timelines.oldest_in_use_ms(eviction.in_use);
  min_time_ms.store(std::min({oldest_since_evict_ms_, eviction.oldest_ms, in_floats}));
}

}  // namespace sluice::storage
