#include "storage/head/timelines.h"

#include <algorithm>
#include <limits>

#include "proto/base/check.h"

namespace sluice::storage {

std::uint32_t Timelines::target_for(std::uint64_t key) {
  const auto [at, fresh] = targets_.emplace(key, static_cast<std::uint32_t>(shared_.size()));
  if (fresh) shared_.emplace_back();
  CHECK(at->second < kNoTarget);  // as many as a SeriesState can name
  return at->second;
}

std::optional<Place> Timelines::find_shared(std::uint32_t target, std::int64_t timestamp_ms,
                                            std::uint32_t except) const {
  const auto& ids = shared_[target];
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    if (*id == except || !may_share(*id, timestamp_ms)) continue;
    if (const auto position = all_[*id]->find(timestamp_ms)) return Place{*id, *position};
  }
  return std::nullopt;
}

Place Timelines::create(std::uint32_t target, std::int64_t timestamp_ms) {
  auto& ids = shared_[target];
  if (ids.size() >= kSharedPerTargetMax) return create_own(timestamp_ms);
  const Place place = add(Timeline::Kind::shared, timestamp_ms);
  ids.push_back(place.timeline);
  return place;
}

Place Timelines::create_own(std::int64_t timestamp_ms) { return add(Timeline::Kind::own, timestamp_ms); }

Place Timelines::add(Timeline::Kind kind, std::int64_t timestamp_ms) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(all_.size()));
    all_.emplace_back();
  }
  const std::uint32_t id = free_.back();
  free_.pop_back();
  all_[id] = std::make_unique<Timeline>(kind, next_serial_++);
  all_[id]->append(timestamp_ms);
  return {id, 0};
}

void Timelines::release(std::uint32_t id) {
  all_[id].reset();
  free_.push_back(id);
}

void Timelines::begin_trim(std::int64_t floor_ms) {
  floor_ms_ = floor_ms;
  trim_serial_ = next_serial_;
}

void Timelines::end_trim(const std::vector<std::uint32_t>& in_use) {
  const auto oldest_use = [&](std::uint32_t id) { return id < in_use.size() ? in_use[id] : kNone; };
  for (std::uint32_t id = 0; id < all_.size(); ++id) {
    if (!exists(id) || all_[id]->serial() >= trim_serial_) continue;
    all_[id]->drop_before(std::min(oldest_use(id), all_[id]->lower_bound(floor_ms_)));
  }
  for (auto& ids : shared_) {
    std::erase_if(ids, [&](std::uint32_t id) {
      const Timeline& timeline = *all_[id];
      const bool dead = oldest_use(id) == kNone && timeline.last_ms() < floor_ms_ && timeline.serial() < trim_serial_;
      if (dead) release(id);
      return dead;
    });
  }
  floor_ms_ = kNever;
}

std::int64_t Timelines::oldest_in_use_ms(const std::vector<std::uint32_t>& in_use) const {
  std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
  for (std::uint32_t id = 0; id < in_use.size(); ++id) {
    if (in_use[id] == kNone || !exists(id) || in_use[id] >= all_[id]->end()) continue;
    oldest = std::min(oldest, all_[id]->at(std::max(in_use[id], all_[id]->first())));
  }
  return oldest;
}

std::size_t Timelines::memory_bytes() const {
  std::size_t bytes = targets_.size() * 48 + shared_.capacity() * sizeof(shared_[0]);
  for (const auto& timeline : all_) bytes += sizeof(timeline) + (timeline ? timeline->memory_bytes() : 0);
  for (const auto& ids : shared_) bytes += ids.capacity() * sizeof(std::uint32_t);
  return bytes;
}

}  // namespace sluice::storage
