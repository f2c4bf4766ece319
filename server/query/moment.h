// server/query/moment.h
//
// Room: server/query. A point in time as Go's time.Time has it, because requests may name any: seconds since the year 1
// that wrap around, and nanoseconds. Prometheus answers such requests, and so do we, with the same times.
#pragma once

#include <compare>
#include <cstdint>

namespace sluice::server::query {

class Moment {
 public:
  static Moment unix(std::int64_t seconds, std::int64_t nanoseconds);
  static Moment unix_ms(std::int64_t ms);
  // The ends of time, where a request names none.
  static Moment first();
  static Moment last();
  // Rounded to milliseconds. What fits no 64-bit number is the smallest of them, as amd64 converts.
  static Moment unix_seconds(double seconds);

  // For evaluation: by way of nanoseconds, so it wraps around outside of the years 1678 to 2262.
  std::int64_t evaluation_ms() const;
  // For ranges of series: within the ends of time (time_text.h).
  std::int64_t range_ms() const;
  std::int64_t nanoseconds_since(const Moment& earlier) const;  // cut to 64 bits

  friend std::strong_ordering operator<=>(const Moment&, const Moment&) = default;

 private:
  Moment(std::int64_t seconds, std::int64_t nanoseconds) : seconds_(seconds), nanoseconds_(nanoseconds) {}
  std::int64_t unix_seconds() const;

  std::int64_t seconds_;      // since 0001-01-01
  std::int64_t nanoseconds_;  // below 10^9
};

}  // namespace sluice::server::query
