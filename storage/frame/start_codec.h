// storage/frame/start_codec.h
//
// Room: storage/frame. Start timestamps of counters (remote write 2.0). A start holds for many samples, so only its
// changes are kept: samples at from_ms and later have it, until the next change. start_ms 0: no start time from here
// on. Thread safety: pure functions; StartChanges is a value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/model/series_source.h"

namespace sluice::storage {

inline constexpr std::size_t kStartChangesMax = 1u << 20;  // decode refuses more in one run

struct StartChange {
  std::int64_t from_ms = 0;   // first sample timestamp it holds for
  std::int64_t start_ms = 0;  // 0: none
  friend bool operator==(const StartChange&, const StartChange&) = default;
};

// Records that the sample at timestamp_ms has start_ms (0: none). `newest`: no later sample of the series is known, so
// the start holds from here on; else it is noted as an exception of one millisecond. `changes` stays ascending,
// neighbours differ.
void note_start(std::vector<StartChange>& changes, std::int64_t timestamp_ms, std::int64_t start_ms, bool newest);

// The start that holds at timestamp_ms; 0: none.
std::int64_t start_at(std::span<const StartChange> changes, std::int64_t timestamp_ms);

// Appends the start of each of the ascending timestamps that has one: the form that promql reads.
void expand_starts(std::span<const StartChange> changes, std::span<const std::int64_t> timestamps_ms,
                   std::vector<StartTimestamp>& out);

// Appends one self-delimiting run of ascending changes.
void encode_starts(std::span<const StartChange> changes, std::string& out);
// Appends the run's changes to `out` and moves `bytes` behind it. False: corrupt.
[[nodiscard]] bool decode_starts(std::string_view& bytes, std::vector<StartChange>& out);

}  // namespace sluice::storage
