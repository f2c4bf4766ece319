#include "storage/tsdb/refusals.h"

#include <charconv>
#include <cmath>
#include <numeric>

namespace sluice::storage {

const char* reason_label(Refusal refusal) {
  switch (refusal) {
    case Refusal::out_of_order_too_old: return "out_of_order_too_old";
    case Refusal::duplicate_timestamp: return "duplicate_timestamp";
    case Refusal::too_far_in_future: return "too_far_in_future";
    case Refusal::out_of_retention: return "out_of_retention";
    case Refusal::invalid_labels: return "invalid_labels";
    case Refusal::label_limit: return "label_limit";
    case Refusal::series_limit: return "series_limit";
    case Refusal::invalid_histogram: return "invalid_histogram";
    case Refusal::out_of_order_exemplar: return "out_of_order_exemplar";
    case Refusal::invalid_exemplar: return "invalid_exemplar";
    case Refusal::malformed_exemplar: return "malformed_exemplar";
    case Refusal::no_samples: return "no_samples";
    case Refusal::malformed_series: return "malformed_series";
    case Refusal::metadata_limit: return "metadata_limit";
  }
  __builtin_unreachable();
}

std::string refusal_text(Refusal refusal) {
  switch (refusal) {
    case Refusal::out_of_order_too_old: return "too old sample";
    case Refusal::duplicate_timestamp: return "duplicate sample for timestamp";
    case Refusal::too_far_in_future: return "out of bounds: timestamp is too far in the future";
    case Refusal::out_of_retention: return "out of bounds: timestamp is older than the tenant's retention";
    case Refusal::invalid_labels: return "invalid metric name or labels";
    case Refusal::label_limit: return "label limit exceeded";
    case Refusal::series_limit: return "active series limit reached";
    case Refusal::invalid_histogram: return "invalid histogram";
    case Refusal::out_of_order_exemplar: return "out of order exemplar";
    case Refusal::invalid_exemplar: return "label length for exemplar exceeds maximum";
    case Refusal::malformed_exemplar: return "malformed exemplar";
    case Refusal::no_samples: return "TimeSeries must contain at least one sample or histogram";
    case Refusal::malformed_series: return "malformed series";
    case Refusal::metadata_limit: return "metadata limit reached";
  }
  __builtin_unreachable();
}

std::uint64_t WriteReport::refused_total() const {
  return std::accumulate(std::begin(refused), std::end(refused), std::uint64_t{0});
}

namespace {

struct Shortest {  // the fewest digits that read back as the same number
  bool negative = false;
  std::string digits;  // without a point
  int exponent = 0;    // of the first digit
};

Shortest shortest(double value) {
  char buffer[40];
  const char* const end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  Shortest out;
  for (const char c : text.substr(0, e)) {
    if (c == '-') out.negative = true;
    if (c >= '0' && c <= '9') out.digits.push_back(c);
  }
  const char* const exponent = text.data() + e + 1;
  std::from_chars(exponent + (*exponent == '+'), end, out.exponent);
  return out;
}

std::string scientific(const Shortest& number) {
  std::string text = number.digits.substr(0, 1);
  if (number.digits.size() > 1) text += "." + number.digits.substr(1);
  const int size = std::abs(number.exponent);
  return text + (number.exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + std::to_string(size);
}

std::string plain(const Shortest& number) {
  const int count = static_cast<int>(number.digits.size());
  if (number.exponent < 0)
    return "0." + std::string(static_cast<std::size_t>(-number.exponent - 1), '0') + number.digits;
  if (number.exponent + 1 >= count) {
    return number.digits + std::string(static_cast<std::size_t>(number.exponent + 1 - count), '0');
  }
  const auto point = static_cast<std::size_t>(number.exponent + 1);
  return number.digits.substr(0, point) + "." + number.digits.substr(point);
}

}  // namespace

// Go prints shortest %g with an exponent below -4 and from 6 on: 1e+06.
std::string go_general(double value) {
  constexpr int kExponentMin = -4, kExponentEnd = 6;
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const Shortest number = shortest(value);
  const bool small = number.exponent < kExponentMin || number.exponent >= kExponentEnd;
  return (number.negative ? "-" : "") + (small ? scientific(number) : plain(number));
}

std::string duplicate_text(std::int64_t timestamp_ms, double value) {
  return "duplicate sample for timestamp " + std::to_string(timestamp_ms) +
         "; overrides not allowed: another value is stored, new value " + go_general(value);
}

std::string duplicate_histogram_text(std::int64_t timestamp_ms) {
  return "duplicate sample for timestamp " + std::to_string(timestamp_ms) +
         "; overrides not allowed: another value is stored, new value is a histogram";
}

}  // namespace sluice::storage
