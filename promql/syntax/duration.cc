// Prometheus duration text: 1h30m. Units at most once, largest first; 1y = 365d, 1w = 7d.
#include <algorithm>
#include <array>
#include <charconv>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
  bool only_exact;  // written only when it divides what is left: 8d, not 1w1d
};
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::array<Unit, 7> kUnits = {{{"y", 365 * kDayMs, true},
                                         {"w", 7 * kDayMs, true},
                                         {"d", kDayMs, false},
                                         {"h", 60LL * 60 * 1000, false},
                                         {"m", 60LL * 1000, false},
                                         {"s", 1000, false},
                                         {"ms", 1, false}}};
constexpr std::int64_t kDurationMsMax = INT64_MAX / 1'000'000;  // Prometheus keeps durations in 64-bit nanoseconds

tl::unexpected<Error> not_a_duration(std::string_view text) {
  return fail(Errc::invalid_argument, "not a valid duration string: " + go_quoted(text));
}

tl::unexpected<Error> out_of_range() { return fail(Errc::invalid_argument, "duration out of range"); }

// Reads digits from `rest`; false when there are none, or too many for 64 bits.
bool take_number(std::string_view& rest, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

// What stands before the next digit; removed from `rest`.
std::string_view take_unit(std::string_view& rest) {
  std::size_t letters = 0;
  while (letters < rest.size() && (rest[letters] < '0' || rest[letters] > '9')) ++letters;
  const std::string_view unit = rest.substr(0, letters);
  rest.remove_prefix(letters);
  return unit;
}

std::size_t index_of(std::string_view unit) {
  const auto known = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == unit; });
  return static_cast<std::size_t>(known - kUnits.begin());
}

tl::unexpected<Error> unknown_unit(std::string_view unit, std::string_view text) {
  return fail(Errc::invalid_argument, "unknown unit " + go_quoted(unit) + " in duration " + go_quoted(text));
}

}  // namespace

Result<std::int64_t> parse_duration_ms(std::string_view text) {
  if (text.empty()) return fail(Errc::invalid_argument, "empty duration string");
  if (text == "0") return 0;
  std::int64_t total = 0;
  std::size_t smallest = 0;  // units come in falling order: the next must have at least this index
  for (std::string_view rest = text; !rest.empty();) {
    std::uint64_t count = 0;
    if (!take_number(rest, count)) return not_a_duration(text);
    const std::string_view name = take_unit(rest);
    if (name.empty()) return not_a_duration(text);
    const std::size_t unit = index_of(name);
    if (unit == kUnits.size()) return unknown_unit(name, text);
    if (unit < smallest) return not_a_duration(text);
    smallest = unit + 1;
    if (count > static_cast<std::uint64_t>(kDurationMsMax / kUnits[unit].ms)) return out_of_range();
    total += static_cast<std::int64_t>(count) * kUnits[unit].ms;
    if (total > kDurationMsMax) return out_of_range();
  }
  return total;
}

std::string duration_text(std::int64_t ms) {
  if (ms == 0) return "0s";
  std::string text = ms < 0 ? "-" : "";
  std::int64_t left = ms < 0 ? -ms : ms;
  for (const Unit& unit : kUnits) {
    if ((unit.only_exact && left % unit.ms != 0) || left < unit.ms) continue;
    text += std::to_string(left / unit.ms);
    text += unit.name;
    left %= unit.ms;
  }
  return text;
}

}  // namespace sluice::promql
