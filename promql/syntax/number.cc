#include "promql/syntax/number.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "promql/syntax/go_text.h"
#include "promql/syntax/parser.h"
#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

bool all_of(std::string_view text, std::string_view digits) {
  return text.find_first_not_of(digits) == text.npos && !text.empty();
}

Result<double> out_of_range(const std::string& text) {
  return fail(Errc::invalid_argument,
              "error parsing number: strconv.ParseFloat: parsing " + go_quoted(text) + ": value out of range");
}

// Go tries 64-bit integers first; what does not fit is read as a float, which for these bases it is not.
Result<double> parse_integer(const std::string& text, std::size_t skip, int base) {
  errno = 0;
  const unsigned long long value = std::strtoull(text.c_str() + skip, nullptr, base);
  if (errno == ERANGE || value > static_cast<unsigned long long>(INT64_MAX)) return out_of_range(text);
  return static_cast<double>(value);
}

Result<double> parse_float(const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  if (std::isinf(value)) return out_of_range(text);
  return value;
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

Result<double> parse_number(std::string_view token) {
  std::string text(token);
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  if (text.size() == 3 && (text[0] == 'i' || text[0] == 'I')) return HUGE_VAL;
  if (text.size() == 3 && (text[0] == 'n' || text[0] == 'N')) return std::nan("");
  if (text.size() > 2 && (text[1] == 'x' || text[1] == 'X')) return parse_integer(text, 2, 16);
  if (text.size() > 1 && text[0] == '0' && all_of(text, "01234567")) return parse_integer(text, 0, 8);
  return parse_float(text);
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
