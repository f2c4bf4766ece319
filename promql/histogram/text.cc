#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "promql/histogram/float_histogram.h"

namespace sluice::promql {
namespace {

constexpr int kPlainExponentMin = -4, kPlainExponentMax = 6;  // Go's %g: 0.0001 and 100000, but 1e-05 and 1e+06

// Go's %g: the shortest digits that read back the same.
void append_number(std::string& out, double value) {
  if (std::isnan(value)) return void(out += "NaN");
  if (std::isinf(value)) return void(out += value > 0 ? "+Inf" : "-Inf");
  char buffer[400];  // plain digits of the smallest double are 326 characters
  const auto scientific = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(scientific.ptr - buffer));
  const int exponent = std::atoi(std::string(text.substr(text.find('e') + 1)).c_str());
  if (exponent < kPlainExponentMin || exponent >= kPlainExponentMax) return void(out += text);
  const auto plain = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
  out.append(buffer, plain.ptr);
}

void append_bucket(std::string& out, const Bucket& bucket) {
  out += bucket.lower_inclusive ? ", [" : ", (";
  append_number(out, bucket.lower);
  out += ',';
  append_number(out, bucket.upper);
  out += bucket.upper_inclusive ? "]:" : "):";
  append_number(out, bucket.count);
}

}  // namespace

std::string text(const Histogram& histogram) {
  std::string out = "{count:";
  append_number(out, histogram.count);
  out += ", sum:";
  append_number(out, histogram.sum);
  for (const Bucket& bucket : all_buckets(histogram))
    if (bucket.count != 0) append_bucket(out, bucket);
  return out + "}";
}

}  // namespace sluice::promql
