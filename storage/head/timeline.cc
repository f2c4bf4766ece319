#include "storage/head/timeline.h"

#include <algorithm>
#include <span>

#include "proto/base/check.h"
#include "storage/frame/timestamp_codec.h"

namespace sluice::storage {

void Timeline::append(std::int64_t timestamp_ms) {
  DCHECK(raw_.empty() || timestamp_ms > raw_.back());
  // Some senders lag others by a few scrapes: a shared timeline keeps the newest run raw, so that they find it at once.
  const std::size_t raw_max = shared() ? 2 * kRun : kRun;
  if (raw_.size() == raw_max) seal();
  raw_.push_back(timestamp_ms);
}

void Timeline::seal() {
  Sealed run{.first_ms = raw_[0], .bytes = {}};
  encode_timestamps(std::span(raw_).first(kRun), run.bytes);
  run.bytes.shrink_to_fit();
  sealed_.push_back(std::move(run));
  raw_.erase(raw_.begin(), raw_.begin() + kRun);
  raw_first_ += kRun;
}

void Timeline::unpack(const Sealed& run, std::int64_t* out) const {
  std::string_view bytes = run.bytes;
  CHECK(decode_timestamps(bytes, {out, kRun}));
}

std::int64_t Timeline::at_sealed(std::uint32_t position) const {
  DCHECK(position >= first_);
  std::int64_t run[kRun];
  unpack(sealed_[(position - first_) / kRun], run);
  return run[(position - first_) % kRun];
}

std::uint32_t Timeline::lower_bound(std::int64_t timestamp_ms) const {
  if (sealed_.empty() || raw_.empty() || timestamp_ms >= raw_[0])
    return raw_first_ +
           static_cast<std::uint32_t>(std::lower_bound(raw_.begin(), raw_.end(), timestamp_ms) - raw_.begin());
  const auto after = std::upper_bound(sealed_.begin(), sealed_.end(), timestamp_ms,
                                      [](std::int64_t t, const Sealed& run) { return t < run.first_ms; });
  if (after == sealed_.begin()) return first_;
  const auto index = static_cast<std::uint32_t>(after - sealed_.begin()) - 1;
  std::int64_t run[kRun];
  unpack(sealed_[index], run);
  return first_ + index * kRun + static_cast<std::uint32_t>(std::lower_bound(run, run + kRun, timestamp_ms) - run);
}

std::optional<std::uint32_t> Timeline::find(std::int64_t timestamp_ms) const {
  if (raw_.empty() || timestamp_ms > raw_.back()) return std::nullopt;
  const std::uint32_t position = lower_bound(timestamp_ms);
  if (position == end() || at(position) != timestamp_ms) return std::nullopt;
  return position;
}

void Timeline::copy(std::uint32_t from, std::uint32_t to, std::int64_t* out) const {
  std::int64_t run[kRun];
  while (from < to && from < raw_first_) {
    const std::uint32_t index = (from - first_) / kRun, offset = (from - first_) % kRun;
    const std::uint32_t count = std::min(to - from, kRun - offset);
    unpack(sealed_[index], run);
    out = std::copy_n(run + offset, count, out);
    from += count;
  }
  if (from < to) std::copy_n(raw_.begin() + (from - raw_first_), to - from, out);
}

void Timeline::drop_before(std::uint32_t position) {
  while (!sealed_.empty() && first_ + kRun <= position) {
    sealed_.pop_front();
    first_ += kRun;
  }
}

std::size_t Timeline::memory_bytes() const {
  std::size_t bytes = sizeof(*this) + raw_.capacity() * sizeof(std::int64_t) + sealed_.size() * sizeof(Sealed);
  for (const Sealed& run : sealed_)
    if (run.bytes.capacity() > 15) bytes += run.bytes.capacity();
  return bytes;
}

}  // namespace sluice::storage
