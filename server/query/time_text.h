// server/query/time_text.h
//
// Room: server/query. Points in time and durations as clients write them, and wall-clock times as we write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/error.h"
#include "server/query/moment.h"

namespace sluice::server::query {

// The ends of time that Prometheus assumes when a request names none.
inline constexpr std::int64_t kTimeMinMs = (INT64_MIN / 1000 + 62135596801) * 1000;
inline constexpr std::int64_t kTimeMaxMs = (INT64_MAX / 1000 - 62135596801) * 1000 + 999;

// Float seconds, rounded to milliseconds, or RFC 3339 with an optional fraction. Error: cannot parse "x" to a valid
// timestamp
Result<Moment> parse_time(std::string_view text);

// Float seconds, or duration text (`1h30m`). Nanoseconds, because a step may be refused for being a fraction of one.
// Error: cannot parse "x" to a valid duration
Result<std::int64_t> parse_duration_ns(std::string_view text);

// RFC 3339 in UTC, without trailing zeros: 2026-01-02T03:04:05.678Z
std::string rfc3339(std::int64_t timestamp_ms);

}  // namespace sluice::server::query
