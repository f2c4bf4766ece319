#include "promql/value/go_number.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "proto/base/number_text.h"

namespace sluice::promql {
namespace {

const char* special(double v) { return std::isnan(v) ? "NaN" : std::isinf(v) ? (v > 0 ? "+Inf" : "-Inf") : nullptr; }

std::string to_text(double v, std::chars_format format) {
  char buffer[512];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, v, format).ptr;
  return {buffer, end};
}

}  // namespace

std::string go_shortest(double v) {
  std::string text;
  append_plain_number(text, v);
  return text;
}

// Go's shortest %g chooses the form as if six digits had been asked for.
std::string go_general(double v) {
  if (const char* text = special(v)) return text;
  std::string scientific = to_text(v, std::chars_format::scientific);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  return v != 0 && (exponent < -4 || exponent >= 6) ? scientific : to_text(v, std::chars_format::fixed);
}

std::string go_general(double v, int digits) {
  if (const char* text = special(v)) return text;
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*g", digits, v);
  return buffer;
}

std::string go_fixed(double v) {
  if (const char* text = special(v)) return text;
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, "%f", v);
  return buffer;
}

std::string openmetrics_float(double v) {
  std::string text = go_general(v);
  if (text.find_first_of(".eNI") == std::string::npos) text += ".0";
  return text;
}

}  // namespace sluice::promql
