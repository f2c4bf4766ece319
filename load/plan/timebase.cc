#include "load/plan/timebase.h"

#include <algorithm>

#include "load/mesh/signal.h"
#include "proto/base/check.h"

namespace sluice::load {
namespace {

constexpr std::int64_t kJitterMsMax = 4;
constexpr std::uint64_t kJitterOneIn = 8;  // Prometheus aligns most scrapes exactly

}  // namespace

Timebase Timebase::grid(std::int64_t start_ms, std::int64_t interval_ms, std::uint64_t seed) {
  return {start_ms / interval_ms, interval_ms, seed};
}

Timebase Timebase::stamps(std::uint64_t seed) { return {0, 0, seed}; }

std::int64_t Timebase::offset_ms(std::size_t page) const {
  const std::int64_t room = std::max<std::int64_t>(1, interval_ms_ - kJitterMsMax - 1);
  return is_grid() ? static_cast<std::int64_t>(unit(mix(seed_, page)) * static_cast<double>(room)) : 0;
}

std::int64_t Timebase::base_ms(std::uint64_t round) const {
  if (is_grid()) return (first_cell_ + static_cast<std::int64_t>(round)) * interval_ms_;
  CHECK(round < stamps_.size());
  return stamps_[round];
}

std::int64_t Timebase::scrape_ms(std::size_t page, std::uint64_t round) const {
  const std::int64_t base = base_ms(round);
  if (!is_grid()) return base;
  const std::uint64_t luck = mix(mix(seed_, page), static_cast<std::uint64_t>(base));
  const std::int64_t jitter =
      luck % kJitterOneIn == 0 ? static_cast<std::int64_t>((luck >> 32) % (kJitterMsMax + 1)) : 0;
  return base + offset_ms(page) + jitter;
}

std::int64_t Timebase::last_scrape_ms(std::uint64_t round) const {
  return base_ms(round) + (is_grid() ? interval_ms_ - 1 : 0);
}

std::int64_t Timebase::begin_round(std::int64_t now_ms) {
  const std::int64_t stamp = stamps_.empty() ? now_ms : std::max(now_ms, stamps_.back() + 1);
  stamps_.push_back(stamp);
  return stamp;
}

void Timebase::restore_stamp(std::uint64_t round, std::int64_t stamp_ms) {
  if (stamps_.size() <= round) stamps_.resize(round + 1);
  stamps_[round] = stamp_ms;
}

}  // namespace sluice::load
