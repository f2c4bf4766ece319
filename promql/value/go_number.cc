#include "promql/value/go_number.h"

#include <cmath>
#include <cstdio>

namespace sluice::promql {
namespace {

const char* special(double v) { return std::isnan(v) ? "NaN" : std::isinf(v) ? (v > 0 ? "+Inf" : "-Inf") : nullptr; }

}  // namespace

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
  std::string text = general_number(v);
  if (text.find_first_of(".eNI") == std::string::npos) text += ".0";
  return text;
}

}  // namespace sluice::promql
