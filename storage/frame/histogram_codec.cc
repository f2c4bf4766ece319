#include "storage/frame/histogram_codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "proto/base/check.h"
#include "storage/frame/bit_pack.h"
#include "storage/frame/histogram_compare.h"
#include "storage/frame/integer_codec.h"
#include "storage/frame/timestamp_codec.h"
#include "storage/frame/varint.h"

// run       := count:varint timestamps point*
// point     := flags:u8 [layout] sum-xor:u64-varint counts
// flags        1 layout follows, 2 counts are integers, bits 2-3 the reset hint
// layout    := integer:u8 schema:signed threshold:u64 spans spans bounds      spans := n:varint (offset:signed
// length:varint)* counts    := zero_count, count, positive buckets, negative buckets; each list led by its length when
// the layout changed
//   integers: blocks of integer_codec over the differences to the histogram before      else: XOR with it, as varints

namespace sluice::storage {
namespace {

constexpr std::uint8_t kLayout = 1, kIntegers = 2;
constexpr unsigned kHintShift = 2;
constexpr double kExactMax = 9007199254740992.0;  // 2^53

std::uint64_t bits_of(double v) { return std::bit_cast<std::uint64_t>(v); }

bool is_count(double v) {  // an integer that a double and an int64 both hold; -0 is none
  return std::fabs(v) <= kExactMax && bits_of(static_cast<double>(static_cast<std::int64_t>(v))) == bits_of(v);
}

// All numbers that count observations, in the order of the format.
void gather_counts(const Histogram& h, std::vector<double>& counts) {
  counts.assign({h.zero_count, h.count});
  counts.insert(counts.end(), h.positive_buckets.begin(), h.positive_buckets.end());
  counts.insert(counts.end(), h.negative_buckets.begin(), h.negative_buckets.end());
}
void scatter_counts(const std::vector<double>& counts, Histogram& h) {
  h.zero_count = counts[0];
  h.count = counts[1];
  const auto positive = counts.begin() + 2;
  const auto negative = positive + static_cast<std::ptrdiff_t>(h.positive_buckets.size());
  std::copy(positive, negative, h.positive_buckets.begin());
  std::copy(negative, counts.end(), h.negative_buckets.begin());
}

// Round doubles have zeros in their low bytes and varints want zeros in the high ones: so the word is turned around.
std::uint64_t mirrored(std::uint64_t v) { return __builtin_bswap64(v); }

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void put(const Histogram& h) {
    const bool layout = first_ || !same_layout(h, before_);
    gather_counts(h, counts_);
    const bool integers = std::all_of(counts_.begin(), counts_.end(), is_count) &&
                          std::all_of(before_counts_.begin(), before_counts_.end(), is_count);
    out_.push_back(static_cast<char>((layout ? kLayout : 0) | (integers ? kIntegers : 0) |
                                     (static_cast<unsigned>(h.hint) << kHintShift)));
    if (layout) put_layout(h);
    put_varint(out_, mirrored(bits_of(h.sum) ^ bits_of(before_.sum)));
    integers ? put_integers() : put_doubles();
    before_ = h;
    std::swap(before_counts_, counts_);
    first_ = false;
  }

 private:
  void put_spans(const std::vector<BucketSpan>& spans) {
    put_varint(out_, spans.size());
    for (const BucketSpan& span : spans) {
      put_signed(out_, span.offset);
      put_varint(out_, span.length);
    }
  }
  void put_layout(const Histogram& h) {
    out_.push_back(h.integer ? 1 : 0);
    put_signed(out_, h.schema);
    put_u64(out_, bits_of(h.zero_threshold));
    put_spans(h.positive_spans);
    put_spans(h.negative_spans);
    put_varint(out_, h.custom_values.size());
    for (const double bound : h.custom_values) put_u64(out_, bits_of(bound));
    put_varint(out_, h.positive_buckets.size());
    put_varint(out_, h.negative_buckets.size());
    before_counts_.assign(counts_.size(), 0.0);  // another layout: nothing to differ from
  }
  void put_integers() {
    std::int64_t block[kPackedMax];
    for (std::size_t at = 0; at < counts_.size(); at += kPackedMax) {
      const std::size_t count = std::min(kPackedMax, counts_.size() - at);
      for (std::size_t i = 0; i < count; ++i)
        block[i] = static_cast<std::int64_t>(counts_[at + i]) - static_cast<std::int64_t>(before_counts_[at + i]);
      encode_integers({block, count}, out_);
    }
  }
  void put_doubles() {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      put_varint(out_, mirrored(bits_of(counts_[i]) ^ bits_of(before_counts_[i])));
  }

  std::string& out_;
  bool first_ = true;
  Histogram before_;
  std::vector<double> counts_, before_counts_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view& bytes) : bytes_(bytes) {}

  bool get(Histogram& h) {
    if (bytes_.empty()) return false;
    const auto flags = static_cast<std::uint8_t>(bytes_[0]);
    bytes_.remove_prefix(1);
    if ((flags >> kHintShift) > static_cast<unsigned>(CounterResetHint::gauge)) return false;
    if ((flags & kLayout) != 0 ? !get_layout() : counts_.empty()) return false;
    std::uint64_t sum = 0;
    if (!get_varint(bytes_, sum)) return false;
    now_.sum = std::bit_cast<double>(bits_of(now_.sum) ^ mirrored(sum));
    if (!((flags & kIntegers) != 0 ? get_integers() : get_doubles())) return false;
    now_.hint = static_cast<CounterResetHint>(flags >> kHintShift);
    scatter_counts(counts_, now_);
    h = now_;
    return true;
  }

 private:
  // Every element takes a byte or more, so a length that the bytes cannot hold is a lie.
  bool get_length(std::size_t& length, std::size_t element_bytes) {
    std::uint64_t raw = 0;
    if (!get_varint(bytes_, raw) || raw > kHistogramListMax || raw * element_bytes > bytes_.size()) return false;
    length = raw;
    return true;
  }
  bool get_spans(std::vector<BucketSpan>& spans) {
    std::size_t length = 0;
    if (!get_length(length, 2)) return false;
    spans.resize(length);
    for (BucketSpan& span : spans) {
      std::int64_t offset = 0;
      std::uint64_t buckets = 0;
      if (!get_signed(bytes_, offset) || !get_varint(bytes_, buckets)) return false;
      if (buckets > std::numeric_limits<std::uint32_t>::max() || offset != static_cast<std::int32_t>(offset))
        return false;
      span = {static_cast<std::int32_t>(offset), static_cast<std::uint32_t>(buckets)};
    }
    return true;
  }
  bool get_double(double& to) {
    std::uint64_t raw = 0;
    if (!get_u64(bytes_, raw)) return false;
    to = std::bit_cast<double>(raw);
    return true;
  }
  bool get_layout() {
    std::int64_t schema = 0;
    std::size_t bounds = 0, positive = 0, negative = 0;
    if (bytes_.empty() || static_cast<std::uint8_t>(bytes_[0]) > 1) return false;
    now_.integer = bytes_[0] == 1;
    bytes_.remove_prefix(1);
    if (!get_signed(bytes_, schema) || schema != static_cast<std::int32_t>(schema)) return false;
    now_.schema = static_cast<std::int32_t>(schema);
    if (!get_double(now_.zero_threshold) || !get_spans(now_.positive_spans) || !get_spans(now_.negative_spans))
      return false;
    if (!get_length(bounds, 8)) return false;
    now_.custom_values.resize(bounds);
    for (double& bound : now_.custom_values)
      if (!get_double(bound)) return false;
    if (!get_bucket_count(positive) || !get_bucket_count(negative)) return false;
    now_.positive_buckets.resize(positive);
    now_.negative_buckets.resize(negative);
    counts_.assign(2 + positive + negative, 0.0);
    return true;
  }
  // Equal counts take no bits, so buckets may outnumber bytes: but not by more than a block header's worth.
  bool get_bucket_count(std::size_t& count) {
    std::uint64_t raw = 0;
    if (!get_varint(bytes_, raw) || raw > kHistogramListMax) return false;
    if (raw / kPackedMax > bytes_.size()) return false;
    count = raw;
    return true;
  }
  bool get_integers() {
    std::int64_t block[kPackedMax];
    for (std::size_t at = 0; at < counts_.size(); at += kPackedMax) {
      const std::size_t count = std::min(kPackedMax, counts_.size() - at);
      if (!decode_integers(bytes_, count, block)) return false;
      for (std::size_t i = 0; i < count; ++i) {
        if (!is_count(counts_[at + i])) return false;
        const std::uint64_t sum = static_cast<std::uint64_t>(static_cast<std::int64_t>(counts_[at + i])) +
                                  static_cast<std::uint64_t>(block[i]);
        counts_[at + i] = static_cast<double>(static_cast<std::int64_t>(sum));
      }
    }
    return true;
  }
  bool get_doubles() {
    for (double& count : counts_) {
      std::uint64_t raw = 0;
      if (!get_varint(bytes_, raw)) return false;
      count = std::bit_cast<double>(bits_of(count) ^ mirrored(raw));
    }
    return true;
  }

  std::string_view& bytes_;
  Histogram now_;
  std::vector<double> counts_;
};

}  // namespace

void encode_histograms(std::span<const HistogramPoint> points, std::string& out) {
  DCHECK(points.size() <= kHistogramsPerRunMax);
  std::vector<std::int64_t> timestamps;
  timestamps.reserve(points.size());
  for (const HistogramPoint& point : points) timestamps.push_back(point.timestamp_ms);
  put_varint(out, points.size());
  encode_timestamps(timestamps, out);
  Encoder encoder(out);
  for (const HistogramPoint& point : points) encoder.put(*point.histogram);
}

Result<void> decode_histograms(std::string_view& bytes, std::vector<TimedHistogram>& out) {
  const auto corrupt = [] { return fail(Errc::corrupt, "damaged run of native histograms"); };
  std::uint64_t count = 0;
  if (!get_varint(bytes, count) || count > kHistogramsPerRunMax || count > bytes.size()) return corrupt();
  std::vector<std::int64_t> timestamps(count);
  if (!decode_timestamps(bytes, timestamps)) return corrupt();
  Decoder decoder(bytes);
  for (const std::int64_t t : timestamps) {
    TimedHistogram& next = out.emplace_back();
    next.timestamp_ms = t;
    if (!decoder.get(next.histogram)) return corrupt();
  }
  return {};
}

}  // namespace sluice::storage
