#include "promql/syntax/number.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "promql/syntax/go_text.h"
#include "promql/syntax/parser.h"
#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

bool all_of(std::string_view text, std::string_view digits) {
  return text.find_first_not_of(digits) == text.npos && !text.empty();
}

bool is_digit(char c, bool hexadecimal) {
  return hexadecimal ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : c >= '0' && c <= '9';
}

// Underscores stand between digits, or between the 0x and a digit.
bool underscores_ok(std::string_view text, bool hexadecimal) {
  for (std::size_t i = hexadecimal ? 2 : 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    const bool after = (hexadecimal && i == 2) || (i > 0 && is_digit(text[i - 1], hexadecimal));
    if (!after || i + 1 == text.size() || !is_digit(text[i + 1], hexadecimal)) return false;
  }
  return true;
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of("0123456789", at), text.size());
}

// digits [. digits] [e [sign] digits], with a digit before or behind the point.
bool is_decimal(std::string_view text) {
  std::size_t end = skip_digits(text, 0);
  std::size_t digits = end;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = end + 1;
    end = skip_digits(text, fraction);
    digits += end - fraction;
  }
  if (digits == 0) return false;
  if (end == text.size()) return true;
  if (text[end] != 'e' && text[end] != 'E') return false;
  if (++end < text.size() && (text[end] == '+' || text[end] == '-')) ++end;
  return end < text.size() && skip_digits(text, end) == text.size();
}

tl::unexpected<Error> not_a_number(std::string_view token, const char* why) {
  return fail(Errc::invalid_argument,
              "error parsing number: strconv.ParseFloat: parsing " + go_quoted(token) + ": " + why);
}

std::optional<double> fitting_integer(const std::string& text, int base) {
  errno = 0;
  const unsigned long long value = std::strtoull(text.c_str(), nullptr, base);
  if (errno == ERANGE || value > static_cast<unsigned long long>(INT64_MAX)) return std::nullopt;
  return static_cast<double>(value);
}

char simple_escape(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return c;  // \\ and the quotes
  }
}

// Appends what the escape at the start of `rest` (behind the backslash) stands for and returns its length.
std::size_t append_escape(std::string& out, std::string_view rest) {
  const auto number = [&](std::size_t skip, std::size_t digits, int base) {
    return static_cast<char32_t>(std::strtoul(std::string(rest.substr(skip, digits)).c_str(), nullptr, base));
  };
  switch (rest[0]) {
    case 'x': out += static_cast<char>(number(1, 2, 16)); return 3;
    case 'u': append_utf8(out, number(1, 4, 16)); return 5;
    case 'U': append_utf8(out, number(1, 8, 16)); return 9;
    default: break;
  }
  if (rest[0] >= '0' && rest[0] <= '7') {
    out += static_cast<char>(number(0, 3, 8));
    return 3;
  }
  out += simple_escape(rest[0]);
  return 1;
}

}  // namespace

// As Go: a 64-bit integer of any base first, then a decimal float.
Result<double> parse_number(std::string_view token) {
  std::string text(token);
  if (text.size() == 3 && (text[0] == 'i' || text[0] == 'I')) return HUGE_VAL;
  if (text.size() == 3 && (text[0] == 'n' || text[0] == 'N')) return std::nan("");
  const bool hexadecimal = text.size() > 1 && (text[1] == 'x' || text[1] == 'X');
  if (!underscores_ok(text, hexadecimal)) return not_a_number(token, "invalid syntax");
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  const bool octal = text.size() > 1 && text[0] == '0' && all_of(text, "01234567");
  if (octal || (hexadecimal && text.size() > 2))
    if (const auto value = fitting_integer(text, octal ? 8 : 16)) return *value;
  if (!is_decimal(text)) return not_a_number(token, "invalid syntax");
  const double value = std::strtod(text.c_str(), nullptr);
  if (std::isinf(value)) return not_a_number(token, "value out of range");
  return value;
}

Result<double> parse_duration_seconds(std::string_view text) {
  return parse_duration_ms(text).map([](std::int64_t ms) { return static_cast<double>(ms) / 1000; });
}

bool duration_in_range(double seconds) { return std::abs(seconds) < 9223372036.0; }

std::int64_t duration_ms(double seconds) { return std::llround(seconds * 1e9) / 1'000'000; }

std::string unquote(std::string_view literal) {
  const std::string_view body = literal.substr(1, literal.size() - 2);
  std::string out;
  if (literal[0] == '`') {  // Go drops carriage returns from raw strings
    std::copy_if(body.begin(), body.end(), std::back_inserter(out), [](char c) { return c != '\r'; });
    return out;
  }
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] == '\\') {
      i += 1 + append_escape(out, body.substr(i + 1));
    } else {
      out += body[i++];
    }
  }
  return out;
}

}  // namespace sluice::promql
