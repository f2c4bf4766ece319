#include "server/config/units.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace sluice::server {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// The leading digits of `text`, removed from it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::uint64_t> scaled(std::uint64_t count, std::uint64_t factor) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(count, factor, &product)) return std::nullopt;
  return product;
}

std::string_view take_letters(std::string_view& text) {
  const auto end = std::min(text.find_first_of("0123456789"), text.size());
  const auto letters = text.substr(0, end);
  text.remove_prefix(end);
  return letters;
}

}  // namespace

std::optional<std::int64_t> parse_duration_text(std::string_view text) {
  constexpr std::array<Unit, 7> kUnits{{{"y", 365ULL * 86'400'000},
                                        {"w", 7ULL * 86'400'000},
                                        {"d", 86'400'000},
                                        {"h", 3'600'000},
                                        {"m", 60'000},
                                        {"s", 1000},
                                        {"ms", 1}}};
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  std::size_t next_unit = 0;  // each unit at most once, larger ones first, as Prometheus wants it
  while (!text.empty()) {
    const auto count = take_number(text);
    const auto name = take_letters(text);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (!count || next_unit == kUnits.size()) return std::nullopt;
    const auto part = scaled(*count, kUnits[next_unit++].factor);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  if (total > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return static_cast<std::int64_t>(total);
}

std::optional<std::uint64_t> parse_size_text(std::string_view text) {
  constexpr std::array<Unit, 5> kUnits{
      {{"B", 1}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}}};
  const auto count = take_number(text);
  if (!count) return std::nullopt;
  for (const Unit& unit : kUnits)
    if (unit.name == text) return scaled(*count, unit.factor);
  return std::nullopt;
}

namespace {

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string_view without_brackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const auto refuse = [&] {
    return fail(Errc::invalid_argument,
                "'" + std::string(text) + "' is not HOST:PORT, as in 127.0.0.1:9009 or [::1]:9009");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse();
  auto port_text = text.substr(colon + 1);
  const auto port = take_number(port_text);
  if (!port || !port_text.empty() || *port > 65'535) return refuse();
  const auto bracketed = text.substr(0, colon);
  const auto host = without_brackets(bracketed);
  if (host == bracketed && host.find(':') != std::string_view::npos) return refuse();
  return Address{host.empty() ? "0.0.0.0" : std::string(host), static_cast<std::uint16_t>(*port), is_loopback(host)};
}

}  // namespace sluice::server
