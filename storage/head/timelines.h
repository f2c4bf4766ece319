// storage/head/timelines.h
//
// Room: storage/head. All timelines of a head, and which of them belong to which target. Most targets have one;
// exporters that send timestamps of their own (cAdvisor: one per container) have several; a series that fits none gets
// its own. Thread safety: none; the head's lock guards it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/head/series_state.h"
#include "storage/head/timeline.h"

namespace sluice::storage {

struct Place {
  std::uint32_t timeline = kNone;
  std::uint32_t position = 0;
};

class Timelines {
 public:
  static constexpr std::size_t kSharedPerTargetMax = 256;  // more: series get their own

  std::uint32_t target_for(std::uint64_t key);  // a dense number for a target's hash

  Timeline& operator[](std::uint32_t id) { return *all_[id]; }
  const Timeline& operator[](std::uint32_t id) const { return *all_[id]; }
  std::uint32_t id_limit() const { return static_cast<std::uint32_t>(all_.size()); }  // ids are below it
  bool exists(std::uint32_t id) const { return all_[id] != nullptr; }

  // Where a shared timeline of the target other than `except` has timestamp_ms.
  std::optional<Place> find_shared(std::uint32_t target, std::int64_t timestamp_ms, std::uint32_t except) const;
  // A new timeline that begins with timestamp_ms: shared while the target has room, else own.
  Place create(std::uint32_t target, std::int64_t timestamp_ms);
  Place create_own(std::int64_t timestamp_ms);
  void release(std::uint32_t id);

  // A trim begins, and whoever refers to what is counted, series by series, while others write. Until it ends, nobody
  // may take a position before the floor anew, except in a timeline that was born meanwhile.
  void begin_trim(std::int64_t floor_ms);
  bool may_share(std::uint32_t id, std::int64_t timestamp_ms) const {
    return timestamp_ms >= floor_ms_ || all_[id]->serial() >= trim_serial_;
  }
  // Drops what nobody needs: in_use[id] is the oldest position of that timeline that any series referred to since the
  // trim began, kNone (or beyond the end): none did. Positions at or after the floor always stay, and so do timelines
  // born since. Shared timelines without a use or a future are released.
  void end_trim(const std::vector<std::uint32_t>& in_use);

  std::int64_t oldest_in_use_ms(const std::vector<std::uint32_t>& in_use) const;  // INT64_MAX: none
  std::size_t memory_bytes() const;

 private:
  Place add(Timeline::Kind kind, std::int64_t timestamp_ms);

  std::vector<std::unique_ptr<Timeline>> all_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_serial_ = 0;
  std::vector<std::vector<std::uint32_t>> shared_;  // [target]: ids, oldest first
  std::unordered_map<std::uint64_t, std::uint32_t> targets_;

  // of the trim in progress
  std::int64_t floor_ms_ = kNever;
  std::uint64_t trim_serial_ = 0;
};

}  // namespace sluice::storage
