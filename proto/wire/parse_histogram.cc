#include <cmath>
#include <utility>

#include "proto/model/histogram_schema.h"
#include "proto/wire/bytes.h"
#include "proto/wire/parse.h"
#include "proto/wire/validate_histogram.h"

namespace sluice::wire {
namespace {

namespace tags {
constexpr std::uint32_t kCountInt = tag_of(1, WireType::varint);
constexpr std::uint32_t kCountFloat = tag_of(2, WireType::fixed64);
constexpr std::uint32_t kSum = tag_of(3, WireType::fixed64);
constexpr std::uint32_t kSchema = tag_of(4, WireType::varint);
constexpr std::uint32_t kZeroThreshold = tag_of(5, WireType::fixed64);
constexpr std::uint32_t kZeroCountInt = tag_of(6, WireType::varint);
constexpr std::uint32_t kZeroCountFloat = tag_of(7, WireType::fixed64);
constexpr std::uint32_t kNegativeSpan = tag_of(8, WireType::bytes);
constexpr std::uint32_t kNegativeDeltas = tag_of(9, WireType::bytes);
constexpr std::uint32_t kNegativeDelta = tag_of(9, WireType::varint);
constexpr std::uint32_t kNegativeCounts = tag_of(10, WireType::bytes);
constexpr std::uint32_t kNegativeCount = tag_of(10, WireType::fixed64);
constexpr std::uint32_t kPositiveSpan = tag_of(11, WireType::bytes);
constexpr std::uint32_t kPositiveDeltas = tag_of(12, WireType::bytes);
constexpr std::uint32_t kPositiveDelta = tag_of(12, WireType::varint);
constexpr std::uint32_t kPositiveCounts = tag_of(13, WireType::bytes);
constexpr std::uint32_t kPositiveCount = tag_of(13, WireType::fixed64);
constexpr std::uint32_t kResetHint = tag_of(14, WireType::varint);
constexpr std::uint32_t kTimestamp = tag_of(15, WireType::varint);
constexpr std::uint32_t kCustomValues = tag_of(16, WireType::bytes);
constexpr std::uint32_t kCustomValue = tag_of(16, WireType::fixed64);
constexpr std::uint32_t kStart = tag_of(17, WireType::varint);

constexpr std::uint32_t kSpanOffset = tag_of(1, WireType::varint);
constexpr std::uint32_t kSpanLength = tag_of(2, WireType::varint);
}  // namespace tags

// A oneof of an integer and a double: the last one written is the one that is set.
struct Count {
  bool is_float = false;
  std::uint64_t integer = 0;
  double real = 0;
  void set(std::uint64_t value) { *this = {false, value, 0}; }
  void set(double value) { *this = {true, 0, value}; }
};

// One side's buckets in both spellings; which one counts is known when the whole message was read.
struct Side {
  std::vector<BucketSpan> spans;
  std::vector<double> from_deltas;  // absolute already
  std::vector<double> counts;
  std::uint64_t running = 0;  // wraps as Go's int64 does
  void add_delta(std::uint64_t zigzagged) {
    running += static_cast<std::uint64_t>(unzigzag(zigzagged));
    from_deltas.push_back(static_cast<double>(static_cast<std::int64_t>(running)));
  }
};

struct Fields {
  Count count, zero_count;
  double sum = 0, zero_threshold = 0;
  std::int32_t schema = 0;
  Side negative, positive;
  std::uint64_t reset_hint = 0;
  std::int64_t timestamp_ms = 0, start_ms = 0;
  std::vector<double> custom_values;

  std::size_t size() const {
    return negative.spans.size() + negative.from_deltas.size() + negative.counts.size() + positive.spans.size() +
           positive.from_deltas.size() + positive.counts.size() + custom_values.size();
  }
};

bool read_span(std::string_view bytes, std::vector<BucketSpan>& spans) {
  BucketSpan span;
  Reader reader(bytes);
  while (reader.next()) switch (reader.tag()) {
      case tags::kSpanOffset:
        span.offset = static_cast<std::int32_t>(unzigzag(static_cast<std::uint32_t>(reader.varint())));
        break;
      case tags::kSpanLength: span.length = static_cast<std::uint32_t>(reader.varint()); break;
      default: reader.skip();
    }
  spans.push_back(span);
  return !reader.damaged();
}

bool read_packed_deltas(std::string_view bytes, Side& side) {
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  while (p != end) {
    std::uint64_t value = 0;
    p = read_varint(p, end, Reader::kVarintBytesMax, value);
    if (p == nullptr) return false;
    side.add_delta(value);
  }
  return true;
}

bool read_packed_doubles(std::string_view bytes, std::vector<double>& out) {
  if (bytes.size() % 8 != 0) return false;
  const std::size_t before = out.size();
  out.resize(before + bytes.size() / 8);
  if (!bytes.empty()) std::memcpy(out.data() + before, bytes.data(), bytes.size());
  return true;
}

bool read_bucket_field(Reader& reader, Fields& out) {
  switch (reader.tag()) {
    case tags::kNegativeSpan: return read_span(reader.bytes(), out.negative.spans);
    case tags::kNegativeDeltas: return read_packed_deltas(reader.bytes(), out.negative);
    case tags::kNegativeDelta: return out.negative.add_delta(reader.varint()), true;
    case tags::kNegativeCounts: return read_packed_doubles(reader.bytes(), out.negative.counts);
    case tags::kNegativeCount: return out.negative.counts.push_back(reader.fixed64()), true;
    case tags::kPositiveSpan: return read_span(reader.bytes(), out.positive.spans);
    case tags::kPositiveDeltas: return read_packed_deltas(reader.bytes(), out.positive);
    case tags::kPositiveDelta: return out.positive.add_delta(reader.varint()), true;
    case tags::kPositiveCounts: return read_packed_doubles(reader.bytes(), out.positive.counts);
    case tags::kPositiveCount: return out.positive.counts.push_back(reader.fixed64()), true;
    case tags::kCustomValues: return read_packed_doubles(reader.bytes(), out.custom_values);
    case tags::kCustomValue: return out.custom_values.push_back(reader.fixed64()), true;
    default: reader.skip(); return true;
  }
}

bool read_field(Reader& reader, Fields& out) {
  switch (reader.tag()) {
    case tags::kCountInt: out.count.set(reader.varint()); return true;
    case tags::kCountFloat: out.count.set(reader.fixed64()); return true;
    case tags::kSum: out.sum = reader.fixed64(); return true;
    case tags::kSchema:
      out.schema = static_cast<std::int32_t>(unzigzag(static_cast<std::uint32_t>(reader.varint())));
      return true;
    case tags::kZeroThreshold: out.zero_threshold = reader.fixed64(); return true;
    case tags::kZeroCountInt: out.zero_count.set(reader.varint()); return true;
    case tags::kZeroCountFloat: out.zero_count.set(reader.fixed64()); return true;
    case tags::kResetHint: out.reset_hint = static_cast<std::uint32_t>(reader.varint()); return true;
    case tags::kTimestamp: out.timestamp_ms = static_cast<std::int64_t>(reader.varint()); return true;
    case tags::kStart: out.start_ms = static_cast<std::int64_t>(reader.varint()); return true;
    default: return read_bucket_field(reader, out);
  }
}

// Stops early, as if the message ended, once there is more than the limit: the caller refuses the histogram then.
bool read_fields(std::string_view bytes, std::size_t size_max, Fields& out) {
  Reader reader(bytes);
  while (out.size() <= size_max && reader.next())
    if (!read_field(reader, out)) return false;
  return !reader.damaged();
}

double value_of(const Count& count, bool as_float) {
  if (as_float) return count.real;  // 0 when the sender set the other one
  return static_cast<double>(count.integer);
}

Histogram to_histogram(Fields& fields) {
  const bool as_float = fields.count.is_float;
  Histogram out;
  out.integer = !as_float;
  out.hint = fields.reset_hint <= 3 ? static_cast<CounterResetHint>(fields.reset_hint) : CounterResetHint::unknown;
  out.schema = fields.schema;
  out.zero_threshold = fields.zero_threshold;
  out.zero_count = value_of(fields.zero_count, as_float);
  out.count = value_of(fields.count, as_float);
  out.sum = fields.sum;
  out.positive_spans = std::move(fields.positive.spans);
  out.negative_spans = std::move(fields.negative.spans);
  out.positive_buckets = std::move(as_float ? fields.positive.counts : fields.positive.from_deltas);
  out.negative_buckets = std::move(as_float ? fields.negative.counts : fields.negative.from_deltas);
  out.custom_values = std::move(fields.custom_values);
  return out;
}

constexpr std::int32_t kFinestSchema = 8;        // what is stored and computed with
constexpr std::int32_t kFinestKnownSchema = 52;  // what senders may produce

std::optional<std::string> make_storable(Histogram& histogram) {
  if (histogram.schema > kFinestSchema && histogram.schema <= kFinestKnownSchema) {
    if (auto complaint = validate_spans(histogram)) return complaint;
    reduce_schema(histogram, kFinestSchema);
  }
  return validate_histogram(histogram);
}

}  // namespace

Trouble parse_histogram(std::string_view bytes, const DecodeLimits& limits, IncomingHistogram& out,
                        std::optional<std::string>& complaint) {
  // Spans, buckets and bounds in both spellings. An honest histogram has at most as many spans as buckets.
  const std::size_t size_max = 3 * limits.histogram_buckets_max;
  Fields fields;
  if (!read_fields(bytes, size_max, fields)) return &kMalformed;
  const bool too_many = fields.size() > size_max;
  out.timestamp_ms = fields.timestamp_ms;
  out.start_ms = fields.start_ms;
  out.histogram = to_histogram(fields);
  const std::size_t buckets = out.histogram.positive_buckets.size() + out.histogram.negative_buckets.size();
  if (too_many || buckets > limits.histogram_buckets_max)
    complaint = "histogram has more than histogram_buckets_max = " + std::to_string(limits.histogram_buckets_max) +
                " buckets; use a lower schema";
  else
    complaint = make_storable(out.histogram);
  return nullptr;
}

}  // namespace sluice::wire
