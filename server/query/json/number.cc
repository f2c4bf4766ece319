#include "server/query/json/number.h"

#include <charconv>
#include <cmath>

#include "proto/base/number_text.h"

namespace sluice::server::json {

void append_plain(std::string& out, double value) { append_plain_number(out, value); }

void append_number(std::string& out, double value) {
  const double size = std::abs(value);
  size != 0 && (size < 1e-6 || size >= 1e21) ? append_exponent_number(out, value) : append_plain_number(out, value);
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
