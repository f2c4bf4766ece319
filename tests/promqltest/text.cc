#include "tests/promqltest/text.h"

#include <cmath>
#include <limits>

namespace sluice::promqltest {
namespace {

bool take_word_of(std::string_view& text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i)
    if ((text[i] | 0x20) != lower[i]) return false;
  text.remove_prefix(lower.size());
  return true;
}

}  // namespace

std::optional<double> take_number(std::string_view& text) {
  std::string_view rest = text;
  const bool negative = take_prefix(rest, "-");
  if (!negative) take_prefix(rest, "+");
  double value = 0;
  if (take_word_of(rest, "inf")) {
    value = std::numeric_limits<double>::infinity();
  } else if (take_word_of(rest, "nan")) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc() || rest.starts_with('-')) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  text = rest;
  return negative ? -value : value;
}

}  // namespace sluice::promqltest
