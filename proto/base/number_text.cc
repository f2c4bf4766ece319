#include "proto/base/number_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace sluice {
namespace {

constexpr double kExactIntegerMax = 9007199254740992.0;  // 2^53: below it every integer is a double
constexpr std::size_t kNumberBytes = 400;                // 5e-324 without exponent takes 327 characters

void append_special(std::string& out, double value) { out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf"; }

void append_integer(std::string& out, std::int64_t value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

int exponent_of(std::string_view scientific) {
  return std::atoi(std::string(scientific.substr(scientific.find('e') + 1)).c_str());
}

std::string_view exponent_text(double value, char (&buffer)[32]) {
  const char* const end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  return {buffer, static_cast<std::size_t>(end - buffer)};
}

// std::to_chars in fixed notation prints all digits of a large double; shortest means only those that matter, then
// zeros. So the digits come from scientific notation (`1.2345e+20`) and are laid out here.
void append_large(std::string& out, double value) {
  char buffer[32];
  const std::string_view text = exponent_text(value, buffer);
  const std::size_t mark = text.find('e');
  const int exponent = exponent_of(text);
  const std::size_t size_before = out.size();
  for (const char c : text.substr(0, mark))
    if (c != '.') out += c;
  const std::size_t digits = out.size() - size_before - (value < 0 ? 1 : 0);
  if (const std::size_t wanted = static_cast<std::size_t>(exponent) + 1; digits < wanted)
    out.append(wanted - digits, '0');
}

}  // namespace

void append_plain_number(std::string& out, double value) {
  if (!std::isfinite(value)) return append_special(out, value);
  if (std::abs(value) >= kExactIntegerMax) return append_large(out, value);
  const auto integer = static_cast<std::int64_t>(value);
  if (static_cast<double>(integer) == value && (integer != 0 || !std::signbit(value)))
    return append_integer(out, integer);
  char buffer[kNumberBytes];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr);
}

void append_exponent_number(std::string& out, double value) {
  char buffer[32];
  std::isfinite(value) ? static_cast<void>(out += exponent_text(value, buffer)) : append_special(out, value);
}

void append_general_number(std::string& out, double value) {
  if (!std::isfinite(value)) return append_special(out, value);
  char buffer[32];
  const std::string_view scientific = exponent_text(value, buffer);
  const int exponent = exponent_of(scientific);
  if (exponent < -4 || exponent >= 6) return static_cast<void>(out += scientific);
  append_plain_number(out, value);
}

std::string plain_number(double value) {
  std::string text;
  append_plain_number(text, value);
  return text;
}

std::string general_number(double value) {
  std::string text;
  append_general_number(text, value);
  return text;
}

}  // namespace sluice
