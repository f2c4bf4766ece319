#include "promql/exec/natural_order.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sluice::promql {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// Digits, or anything else, off the front of a text.
std::string_view take_chunk(std::string_view& text) {
  const bool digits = digit(text.front());
  const auto end = std::find_if(text.begin(), text.end(), [&](char c) { return digit(c) != digits; });
  const std::string_view chunk = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(chunk.size());
  return chunk;
}

std::optional<std::int64_t> integer(std::string_view chunk) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(chunk.data(), chunk.data() + chunk.size(), value);
  if (error != std::errc() || end != chunk.data() + chunk.size() || !digit(chunk.front())) return std::nullopt;
  return value;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view x = take_chunk(a), y = take_chunk(b);
    const auto m = integer(x), n = integer(y);
    const bool numbers = m && n;
    if (numbers ? *m != *n : x != y) return numbers ? *m < *n : x < y;
    if (a.empty()) return true;
    if (b.empty()) return false;
  }
  return false;
}

}  // namespace sluice::promql
