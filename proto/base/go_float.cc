#include "proto/base/go_float.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace sluice {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool is_digit(char c, bool hexadecimal) {
  return hexadecimal ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : c >= '0' && c <= '9';
}

// Between two digits, or between the 0x and a digit.
bool underscores_stand_well(std::string_view body, bool hexadecimal) {
  for (std::size_t i = body.find('_'); i != body.npos; i = body.find('_', i + 1)) {
    const bool behind_prefix = hexadecimal && i == 2;
    if (i == 0 || i + 1 == body.size()) return false;
    if (!(behind_prefix || is_digit(body[i - 1], hexadecimal)) || !is_digit(body[i + 1], hexadecimal)) return false;
  }
  return true;
}

// Takes digits off the front: how many?
std::size_t take_digits(std::string_view& text, bool hexadecimal) {
  const auto end = std::find_if(text.begin(), text.end(), [&](char c) { return !is_digit(c, hexadecimal); });
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

// digits [. digits] [exponent], with a digit before or behind the point. Hexadecimal numbers need their exponent.
bool is_number(std::string_view text, bool hexadecimal) {
  if (hexadecimal) text.remove_prefix(2);
  std::size_t digits = take_digits(text, hexadecimal);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text, hexadecimal);
  }
  if (digits == 0) return false;
  if (text.empty()) return !hexadecimal;
  if (lower(text.front()) != (hexadecimal ? 'p' : 'e')) return false;
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return take_digits(text, false) > 0 && text.empty();
}

std::optional<double> special(std::string_view body, bool has_sign) {
  std::string word(body);
  std::transform(word.begin(), word.end(), word.begin(), lower);
  if (word == "inf" || word == "infinity") return std::numeric_limits<double>::infinity();
  if (word == "nan" && !has_sign) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_go_float(std::string_view text) {
  std::string_view body = text;
  const bool has_sign = body.starts_with('+') || body.starts_with('-');
  const double sign = body.starts_with('-') ? -1 : 1;
  if (has_sign) body.remove_prefix(1);
  if (const auto value = special(body, has_sign)) return sign * *value;
  const bool hexadecimal = body.size() > 1 && body[0] == '0' && lower(body[1]) == 'x';
  if (!underscores_stand_well(body, hexadecimal)) return std::nullopt;
  std::string digits(body);
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  if (!is_number(digits, hexadecimal)) return std::nullopt;
  const double value = std::strtod(digits.c_str(), nullptr);  // the process keeps the "C" locale
  if (std::isinf(value)) return std::nullopt;
  return sign * value;
}

}  // namespace sluice
