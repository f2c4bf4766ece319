// For any two histograms that validation lets in, however odd their numbers (a sender chose them): nothing crashes or
// hangs, results have spans that agree with their buckets, and observations are neither made nor lost.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "promql/histogram/float_histogram.h"

namespace {

using namespace sluice;
using namespace sluice::promql;

void require(bool truth) {
  if (!truth) __builtin_trap();
}

// Numbers out of the fuzzer's bytes; zeros when they run out.
class Source {
 public:
  Source(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint8_t byte() { return at_ < size_ ? data_[at_++] : 0; }
  double any_double() {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
    return std::bit_cast<double>(bits);
  }
  double number() {  // mostly small counts, sometimes anything
    const std::uint8_t kind = byte();
    return kind < 240 ? kind : any_double();
  }
  std::int32_t index() {  // mostly near zero, sometimes at the edge of what validation allows
    const std::uint8_t kind = byte();
    return kind < 240 ? kind - 120 : (kind - 248) * (1 << 26);
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

void read_side(Source& source, bool custom, std::vector<BucketSpan>& spans, std::vector<double>& buckets) {
  const std::size_t span_count = source.byte() % 4;
  for (std::size_t i = 0; i < span_count; ++i) {
    std::int32_t offset = i == 0 ? source.index() : source.byte() % 8;
    if (custom) offset = 0;
    spans.push_back({offset, source.byte() % 4u});
    for (std::uint32_t k = 0; k < spans.back().length; ++k) buckets.push_back(std::fabs(source.number()));
  }
}

Histogram read_histogram(Source& source) {
  Histogram out;
  const bool custom = source.byte() % 4 == 0;
  out.schema = custom ? kCustomBucketsSchema : source.byte() % 13 - 4;
  out.count = source.number();
  out.sum = source.number();
  out.hint = static_cast<CounterResetHint>(source.byte() % 4);
  read_side(source, custom, out.positive_spans, out.positive_buckets);
  if (custom) {
    for (std::size_t i = 0; i < out.positive_buckets.size() + 1; ++i)
      out.custom_values.push_back(static_cast<double>(i * (1 + source.byte() % 2)));
    for (std::size_t i = 1; i < out.custom_values.size(); ++i)
      if (out.custom_values[i] <= out.custom_values[i - 1]) out.custom_values[i] = out.custom_values[i - 1] + 1;
  } else {
    read_side(source, false, out.negative_spans, out.negative_buckets);
    out.zero_threshold = source.number();
    out.zero_count = std::fabs(source.number());
  }
  return out;
}

std::size_t bucket_count(const std::vector<BucketSpan>& spans) {
  std::size_t count = 0;
  for (const BucketSpan& span : spans) count += span.length;
  return count;
}

void check_layout(const Histogram& histogram) {
  require(bucket_count(histogram.positive_spans) == histogram.positive_buckets.size());
  require(bucket_count(histogram.negative_spans) == histogram.negative_buckets.size());
}

double observations(const Histogram& histogram) {
  double total = histogram.zero_count;
  for (const double count : histogram.positive_buckets) total += count;
  for (const double count : histogram.negative_buckets) total += count;
  return total;
}

bool almost_equal(double a, double b) {
  return a == b || std::fabs(a - b) <= 1e-9 * (std::fabs(a) + std::fabs(b)) || !std::isfinite(a) || !std::isfinite(b);
}

void combine(const Histogram& a, const Histogram& b) {
  Histogram sum = a;
  if (!add(sum, b).compatible) return;
  check_layout(sum);
  require(almost_equal(observations(sum), observations(a) + observations(b)));
  HistogramSum compensated(a);
  HistogramAverage mean(a);
  for (int i = 0; i < 3; ++i) compensated.add(b), mean.add(b);
  check_layout(compensated.value());
  check_layout(mean.value());
  require(almost_equal(observations(compensated.value()), observations(a) + 3 * observations(b)));
  Histogram difference = sum;
  subtract(difference, b);
  check_layout(difference);
}

void answer(const Histogram& histogram, double x, double y) {
  (void)histogram_quantile(x, histogram);
  (void)histogram_fraction(x, y, histogram);
  (void)variance(histogram);
  require(!text(histogram).empty());
  for (const auto trim : {keep_below, keep_above}) {
    Histogram trimmed = histogram;
    trim(trimmed, x);
    check_layout(trimmed);
  }
  Histogram compacted = histogram;
  compact(compacted);
  check_layout(compacted);
  require(almost_equal(observations(compacted), observations(histogram)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Source source(data, size);
  const Histogram a = read_histogram(source), b = read_histogram(source);
  const double x = source.any_double(), y = source.number();
  combine(a, b);
  answer(a, x, y);
  answer(a, y / 200, x);
  (void)counter_reset(a, b);
  require(equal(a, a) || std::isnan(a.zero_threshold));  // thresholds compare as numbers, counts as bits
  return 0;
}
