#include "server/query/json/number.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace sluice::server::json {
namespace {

constexpr double kExactIntegerMax = 9007199254740992.0;  // 2^53: below it every integer is a double
constexpr std::size_t kNumberBytes = 400;                // 5e-324 without exponent takes 327 characters

// std::to_chars in fixed notation prints all digits of a large double; shortest means only those that matter, then
// zeros. So the digits come from scientific notation (`1.2345e+20`) and are laid out here.
void append_large(std::string& out, double value) {
  char buffer[32];
  const char* const end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t mark = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(mark + 1)).c_str());
  const std::size_t size_before = out.size();
  for (const char c : text.substr(0, mark))
    if (c != '.') out += c;
  const std::size_t digits = out.size() - size_before - (value < 0 ? 1 : 0);
  if (const std::size_t wanted = static_cast<std::size_t>(exponent) + 1; digits < wanted)
    out.append(wanted - digits, '0');
}

void append_special(std::string& out, double value) { out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf"; }

void append_finite(std::string& out, double value) {
  if (std::abs(value) >= kExactIntegerMax) return append_large(out, value);
  const auto integer = static_cast<std::int64_t>(value);
  if (static_cast<double>(integer) == value && (integer != 0 || !std::signbit(value)))
    return append_integer(out, integer);
  char buffer[kNumberBytes];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr);
}

void append_exponent(std::string& out, double value) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr);
}

}  // namespace

void append_plain(std::string& out, double value) {
  std::isfinite(value) ? append_finite(out, value) : append_special(out, value);
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) return append_special(out, value);
  const double size = std::abs(value);
  size != 0 && (size < 1e-6 || size >= 1e21) ? append_exponent(out, value) : append_finite(out, value);
}

void append_sample_value(std::string& out, double value) {
  out += '"';
  append_number(out, value);
  out += '"';
}

void append_integer(std::string& out, std::int64_t value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_timestamp(std::string& out, std::int64_t timestamp_ms) {
  const bool negative = timestamp_ms < 0;
  const auto bits = static_cast<std::uint64_t>(timestamp_ms);
  const std::uint64_t size = negative ? 0 - bits : bits;  // the smallest int64 has no positive twin
  if (negative) out += '-';
  append_integer(out, static_cast<std::int64_t>(size / 1000));
  const auto fraction = static_cast<unsigned>(size % 1000);
  if (fraction == 0) return;
  const char digits[4] = {'.', static_cast<char>('0' + fraction / 100), static_cast<char>('0' + fraction / 10 % 10),
                          static_cast<char>('0' + fraction % 10)};
  out.append(digits, sizeof digits);
}

void append_plain_seconds(std::string& out, std::int64_t timestamp_ms) {
  append_plain(out, static_cast<double>(timestamp_ms) / 1000);
}

}  // namespace sluice::server::json
