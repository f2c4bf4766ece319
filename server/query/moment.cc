#include "server/query/moment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/query/time_text.h"

namespace sluice::server::query {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kYearOneToUnix = 62135596800;
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t wrapped_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t wrapped_product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

std::int64_t to_integer(double value) { return std::abs(value) < 0x1p63 ? static_cast<std::int64_t>(value) : kLeast; }

}  // namespace

Moment Moment::unix(std::int64_t seconds, std::int64_t nanoseconds) {
  std::int64_t carried = nanoseconds / kSecond, rest = nanoseconds % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --carried;
  }
  return {wrapped_sum(wrapped_sum(seconds, carried), kYearOneToUnix), rest};
}

Moment Moment::unix_ms(std::int64_t ms) { return unix(ms / 1000, ms % 1000 * 1'000'000); }

Moment Moment::first() { return unix(kTimeMinMs / 1000, 0); }
Moment Moment::last() { return unix(kTimeMaxMs / 1000, 999'999'999); }

Moment Moment::unix_seconds(double seconds) {
  double whole = 0;
  double fraction = std::modf(seconds, &whole);
  if (std::isinf(seconds)) fraction = std::numeric_limits<double>::quiet_NaN();
  return unix(to_integer(whole), to_integer(std::round(fraction * 1000) / 1000 * kSecond));
}

std::int64_t Moment::unix_seconds() const { return wrapped_sum(seconds_, -kYearOneToUnix); }

std::int64_t Moment::evaluation_ms() const {
  return wrapped_sum(wrapped_product(unix_seconds(), kSecond), nanoseconds_) / 1'000'000;
}

std::int64_t Moment::range_ms() const {
  const std::int64_t ms = wrapped_sum(wrapped_product(unix_seconds(), 1000), nanoseconds_ / 1'000'000);
  return std::clamp(ms, kTimeMinMs, kTimeMaxMs);
}

std::int64_t Moment::nanoseconds_since(const Moment& earlier) const {
  std::int64_t seconds = 0, out = 0;
  const bool fits = !__builtin_sub_overflow(seconds_, earlier.seconds_, &seconds) &&
                    !__builtin_mul_overflow(seconds, kSecond, &out) &&
                    !__builtin_add_overflow(out, nanoseconds_ - earlier.nanoseconds_, &out);
  return fits ? out : *this < earlier ? kLeast : kMost;
}

}  // namespace sluice::server::query
