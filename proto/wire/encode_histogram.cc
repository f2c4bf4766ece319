#include "proto/wire/encode_data.h"

namespace sluice::wire {
namespace {

void put_spans(std::string& out, std::uint32_t field, const std::vector<BucketSpan>& spans) {
  for (const BucketSpan& span : spans) {
    std::string body;
    put_varint_field(body, 1, zigzag(span.offset));
    put_varint_field(body, 2, span.length);
    put_bytes_field(out, field, body);
  }
}

void put_deltas(std::string& out, std::uint32_t field, const std::vector<double>& buckets) {
  if (buckets.empty()) return;
  std::string body;
  std::int64_t previous = 0;
  for (const double bucket : buckets) {
    const auto count = static_cast<std::int64_t>(bucket);
    put_varint(body, zigzag(count - previous));
    previous = count;
  }
  put_bytes_field(out, field, body);
}

void put_doubles(std::string& out, std::uint32_t field, const std::vector<double>& values) {
  if (values.empty()) return;
  std::string body;
  for (const double value : values) put_double(body, value);
  put_bytes_field(out, field, body);
}

void put_count(std::string& out, std::uint32_t field, bool integer, double count) {
  if (integer)
    put_varint_field(out, field, static_cast<std::uint64_t>(count));
  else
    put_double_field(out, field + 1, count);  // the float spelling of a count is always the next field
}

}  // namespace

std::string encode_histogram(const OutgoingHistogram& outgoing) {
  const Histogram& histogram = *outgoing.histogram;
  const auto put_buckets = histogram.integer ? put_deltas : put_doubles;
  const std::uint32_t spelling = histogram.integer ? 0 : 1;  // negative 9 or 10, positive 12 or 13
  std::string out;
  put_count(out, 1, histogram.integer, histogram.count);
  put_double_field(out, 3, histogram.sum);
  put_varint_field(out, 4, static_cast<std::uint32_t>(zigzag(histogram.schema)));
  put_double_field(out, 5, histogram.zero_threshold);
  put_count(out, 6, histogram.integer, histogram.zero_count);
  put_spans(out, 8, histogram.negative_spans);
  put_buckets(out, 9 + spelling, histogram.negative_buckets);
  put_spans(out, 11, histogram.positive_spans);
  put_buckets(out, 12 + spelling, histogram.positive_buckets);
  put_varint_field(out, 14, static_cast<std::uint64_t>(histogram.hint));
  put_varint_field(out, 15, static_cast<std::uint64_t>(outgoing.timestamp_ms));
  put_doubles(out, 16, histogram.custom_values);
  if (outgoing.start_ms != 0) put_varint_field(out, 17, static_cast<std::uint64_t>(outgoing.start_ms));
  return out;
}

}  // namespace sluice::wire
