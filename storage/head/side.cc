#include "storage/head/side.h"

#include <algorithm>

#include "proto/base/check.h"
#include "storage/frame/histogram_compare.h"

namespace sluice::storage {
namespace {

template <class Entries>
auto lower_bound(Entries& entries, std::int64_t timestamp_ms) {
  return std::lower_bound(entries.begin(), entries.end(), timestamp_ms,
                          [](const auto& entry, std::int64_t t) { return entry.timestamp_ms < t; });
}

template <class Entries>
std::int64_t oldest_unflushed(const Entries& entries) {
  for (const auto& entry : entries)
    if (entry.state != FlushState::flushed) return entry.timestamp_ms;
  return kForever;
}

template <class Entries>
std::size_t mark_collected(Entries& entries) {
  std::size_t count = 0;
  for (auto& entry : entries) {
    if (entry.state != FlushState::collected) continue;
    entry.state = FlushState::flushed;
    ++count;
  }
  return count;
}

template <class Entries>
void evict_flushed(Entries& entries, std::int64_t before_ms) {
  std::erase_if(entries, [&](const auto& e) { return e.state == FlushState::flushed && e.timestamp_ms < before_ms; });
}

std::shared_ptr<const Histogram> without_hint(const Histogram& histogram) {
  auto unknown = std::make_shared<Histogram>(histogram);
  unknown->hint = CounterResetHint::unknown;
  return unknown;
}

}  // namespace

bool HistogramStream::add(std::int64_t timestamp_ms, std::shared_ptr<Histogram> histogram, bool after_float) {
  const bool late = timestamp_ms <= newest_ms_;
  if (late && find(timestamp_ms) != nullptr) return false;
  histogram->hint = hint_after(late || after_float ? nullptr : newest(), *histogram);
  if (late) break_chain(timestamp_ms);
  recent_.insert(lower_bound(recent_, timestamp_ms), {timestamp_ms, std::move(histogram)});
  newest_ms_ = std::max(newest_ms_, timestamp_ms);
  return true;
}

const Histogram* HistogramStream::newest() const {
  return recent_.empty() || recent_.back().timestamp_ms != newest_ms_ ? nullptr : recent_.back().histogram.get();
}

// Readers may hold what is replaced here.
void HistogramStream::break_chain(std::int64_t timestamp_ms) {
  const std::int64_t next_ms = next_after(timestamp_ms);
  const auto recent = lower_bound(recent_, next_ms);
  if (recent != recent_.end() && recent->timestamp_ms == next_ms) {
    if (recent->histogram->hint == CounterResetHint::not_reset) recent->histogram = without_hint(*recent->histogram);
    return;
  }
  for (Packed& run : packed_)
    if (run.first_ms <= next_ms && next_ms <= run.last_ms) forget_hint(run, next_ms);
}

// When the first histogram after that time is; kForever: there is none.
std::int64_t HistogramStream::next_after(std::int64_t timestamp_ms) const {
  if (timestamp_ms >= newest_ms_) return kForever;
  const auto recent = lower_bound(recent_, timestamp_ms + 1);
  std::int64_t next_ms = recent == recent_.end() ? kForever : recent->timestamp_ms;
  for (const Packed& run : packed_) next_ms = std::min(next_ms, next_after(run, timestamp_ms));
  return next_ms;
}

std::int64_t HistogramStream::next_after(const Packed& run, std::int64_t timestamp_ms) {
  if (run.first_ms > timestamp_ms) return run.first_ms;
  if (run.last_ms <= timestamp_ms) return kForever;
  return lower_bound(*unpack(run), timestamp_ms + 1)->timestamp_ms;
}

std::shared_ptr<const Histogram> HistogramStream::find(std::int64_t timestamp_ms) const {
  const auto at = lower_bound(recent_, timestamp_ms);
  if (at != recent_.end() && at->timestamp_ms == timestamp_ms) return at->histogram;
  for (const Packed& run : packed_) {
    if (timestamp_ms < run.first_ms || timestamp_ms > run.last_ms) continue;
    const auto all = unpack(run);
    const auto in_run = lower_bound(*all, timestamp_ms);
    if (in_run != all->end() && in_run->timestamp_ms == timestamp_ms) return {all, &in_run->histogram};
  }
  return nullptr;
}

void HistogramStream::read(TimeRangeMs range, std::vector<HistogramPoint>& points,
                           std::vector<std::shared_ptr<const void>>& keep_alive) const {
  const auto first = static_cast<std::ptrdiff_t>(points.size());
  for (const Packed& run : packed_) {
    if (run.last_ms < range.min_ms || run.first_ms > range.max_ms) continue;
    const std::shared_ptr<const std::vector<TimedHistogram>> all = unpack(run);
    for (const TimedHistogram& h : *all)
      if (h.timestamp_ms >= range.min_ms && h.timestamp_ms <= range.max_ms)
        points.push_back({h.timestamp_ms, &h.histogram});
    keep_alive.push_back(all);
  }
  for (auto at = lower_bound(recent_, range.min_ms); at != recent_.end() && at->timestamp_ms <= range.max_ms; ++at) {
    points.push_back({at->timestamp_ms, at->histogram.get()});
    keep_alive.push_back(at->histogram);
  }
  std::sort(points.begin() + first, points.end(),
            [](const HistogramPoint& a, const HistogramPoint& b) { return a.timestamp_ms < b.timestamp_ms; });
}

std::size_t HistogramStream::collect(std::vector<HistogramPoint>& points,
                                     std::vector<std::shared_ptr<const void>>& keep_alive) {
  std::size_t count = 0;
  for (Recent& entry : recent_) {
    if (entry.state == FlushState::flushed) continue;
    entry.state = FlushState::collected;
    points.push_back({entry.timestamp_ms, entry.histogram.get()});
    keep_alive.push_back(entry.histogram);
    ++count;
  }
  return count;
}

std::size_t HistogramStream::mark_flushed() {
  const std::size_t count = mark_collected(recent_);
  while (recent_.size() >= 2 * kRun && oldest_unflushed(recent_) > recent_[kRun - 1].timestamp_ms) pack();
  return count;
}

// The oldest kRun recent ones, all flushed, become bytes.
void HistogramStream::pack() {
  std::vector<HistogramPoint> points;
  for (std::size_t i = 0; i < kRun; ++i) points.push_back({recent_[i].timestamp_ms, recent_[i].histogram.get()});
  Packed run{.first_ms = points.front().timestamp_ms, .last_ms = points.back().timestamp_ms, .bytes = {}};
  encode_histograms(points, run.bytes);
  run.bytes.shrink_to_fit();
  packed_.push_back(std::move(run));
  recent_.erase(recent_.begin(), recent_.begin() + kRun);
}

void HistogramStream::forget_hint(Packed& run, std::int64_t timestamp_ms) {
  const auto all = unpack(run);
  const auto at = lower_bound(*all, timestamp_ms);
  if (at == all->end() || at->timestamp_ms != timestamp_ms) return;
  if (at->histogram.hint != CounterResetHint::not_reset) return;
  at->histogram.hint = CounterResetHint::unknown;
  std::vector<HistogramPoint> points;
  for (const TimedHistogram& h : *all) points.push_back({h.timestamp_ms, &h.histogram});
  run.bytes.clear();
  encode_histograms(points, run.bytes);
}

std::shared_ptr<std::vector<TimedHistogram>> HistogramStream::unpack(const Packed& run) {
  auto all = std::make_shared<std::vector<TimedHistogram>>();
  std::string_view bytes = run.bytes;
  CHECK(decode_histograms(bytes, *all).has_value());
  return all;
}

std::int64_t HistogramStream::oldest_unflushed_ms() const { return oldest_unflushed(recent_); }

std::int64_t HistogramStream::oldest_ms() const {
  std::int64_t oldest = recent_.empty() ? kForever : recent_.front().timestamp_ms;
  for (const Packed& run : packed_) oldest = std::min(oldest, run.first_ms);
  return oldest;
}

void HistogramStream::evict(std::int64_t before_ms) {
  std::erase_if(packed_, [&](const Packed& run) { return run.last_ms < before_ms; });
  evict_flushed(recent_, before_ms);
}

std::size_t HistogramStream::memory_bytes() const {
  std::size_t bytes = packed_.capacity() * sizeof(Packed) + recent_.capacity() * sizeof(Recent);
  for (const Packed& run : packed_) bytes += run.bytes.capacity();
  for (const Recent& entry : recent_)
    bytes +=
        sizeof(Histogram) + 8 * (entry.histogram->positive_buckets.size() + entry.histogram->negative_buckets.size());
  return bytes;
}

bool Side::add_late(std::int64_t timestamp_ms, double value) {
  const auto at = lower_bound(late, timestamp_ms);
  if (at != late.end() && at->timestamp_ms == timestamp_ms) return false;
  late.insert(at, {timestamp_ms, value});
  return true;
}

const LateSample* Side::find_late(std::int64_t timestamp_ms) const {
  const auto at = lower_bound(late, timestamp_ms);
  return at != late.end() && at->timestamp_ms == timestamp_ms ? &*at : nullptr;
}

bool Side::has_late_between(std::int64_t after_ms, std::int64_t before_ms) const {
  const auto before = lower_bound(late, before_ms);
  return before != late.begin() && (before - 1)->timestamp_ms > after_ms;
}

std::size_t Side::mark_flushed() { return mark_collected(late) + histograms.mark_flushed(); }

void Side::evict(std::int64_t before_ms, std::int64_t starts_from_ms) {
  evict_flushed(late, before_ms);
  histograms.evict(before_ms);
  const auto next = std::upper_bound(starts.begin(), starts.end(), starts_from_ms,
                                     [](std::int64_t t, const StartChange& change) { return t < change.from_ms; });
  if (next - starts.begin() > 1) starts.erase(starts.begin(), next - 1);
}

std::int64_t Side::oldest_unflushed_ms() const {
  return std::min(oldest_unflushed(late), histograms.oldest_unflushed_ms());
}

std::int64_t Side::oldest_ms() const {
  return std::min(late.empty() ? kForever : late.front().timestamp_ms, histograms.oldest_ms());
}

std::int64_t Side::newest_ms() const {
  return std::max(late.empty() ? kNever : late.back().timestamp_ms, histograms.newest_ms());
}

std::size_t Side::memory_bytes() const {
  return sizeof(*this) + late.capacity() * sizeof(LateSample) + starts.capacity() * sizeof(StartChange) +
         histograms.memory_bytes();
}

}  // namespace sluice::storage
