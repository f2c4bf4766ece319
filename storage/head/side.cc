#include "storage/head/side.h"

#include <algorithm>

#include "proto/base/check.h"

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

}  // namespace

bool HistogramStream::add(std::int64_t timestamp_ms, std::shared_ptr<const Histogram> histogram) {
  if (timestamp_ms <= newest_ms_ && find(timestamp_ms) != nullptr) return false;
  recent_.insert(lower_bound(recent_, timestamp_ms), {timestamp_ms, std::move(histogram)});
  newest_ms_ = std::max(newest_ms_, timestamp_ms);
  return true;
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
    auto all = unpack(run);
    for (const TimedHistogram& h : *all)
      if (h.timestamp_ms >= range.min_ms && h.timestamp_ms <= range.max_ms)
        points.push_back({h.timestamp_ms, &h.histogram});
    keep_alive.push_back(std::move(all));
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

std::shared_ptr<const std::vector<TimedHistogram>> HistogramStream::unpack(const Packed& run) const {
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

std::size_t Side::memory_bytes() const {
  return sizeof(*this) + late.capacity() * sizeof(LateSample) + starts.capacity() * sizeof(StartChange) +
         histograms.memory_bytes();
}

}  // namespace sluice::storage
