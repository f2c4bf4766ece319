#include "server/query/label_name.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "proto/base/utf8.h"

namespace sluice::server::query {
namespace {

constexpr std::size_t kHexDigitsMax = 6;  // 10FFFF

std::optional<std::uint32_t> parse_rune(std::string_view hex) {
  std::uint32_t rune = 0;
  if (hex.size() > kHexDigitsMax) return std::nullopt;
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), rune, 16);
  const bool whole = hex.empty() || (error == std::errc() && end == hex.data() + hex.size());
  const bool surrogate = rune >= 0xD800 && rune <= 0xDFFF;
  return whole && !surrogate && rune <= 0x10FFFF ? std::optional(rune) : std::nullopt;
}

// After an underscore: `_` for itself, or `xxxx_`. Takes what it read off `rest`; false: misspelled.
bool unescape_one(std::string_view& rest, std::string& out) {
  if (rest.starts_with('_')) {
    out += '_';
    rest.remove_prefix(1);
    return true;
  }
  const std::size_t end = rest.find('_');
  const auto rune = end == std::string_view::npos ? std::nullopt : parse_rune(rest.substr(0, end));
  if (!rune) return false;
  append_utf8(out, *rune);
  rest.remove_prefix(end + 1);
  return true;
}

}  // namespace

std::string unescape_label_name(std::string_view name) {
  if (!name.starts_with("U__")) return std::string(name);
  std::string out;
  for (std::string_view rest = name.substr(3); !rest.empty();) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '_') {
      out += c;
    } else if (!unescape_one(rest, out)) {
      return std::string(name);
    }
  }
  return out;
}

std::string_view label_name_of_path(std::string_view path) {
  constexpr std::string_view kBefore = "/label/", kAfter = "/values";
  const std::size_t begin = path.find(kBefore) + kBefore.size();
  return path.substr(begin, path.size() - kAfter.size() - begin);
}

}  // namespace sluice::server::query
