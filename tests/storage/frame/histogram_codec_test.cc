#include "storage/frame/histogram_codec.h"

#include <gtest/gtest.h>

#include <random>

#include "proto/model/sample.h"
#include "tests/storage/frame/same_bits.h"

namespace sluice::storage {
namespace {

Histogram integer_histogram(std::mt19937_64& random) {
  Histogram h;
  h.integer = true;
  h.schema = 3;
  h.zero_threshold = 1e-128;
  h.positive_spans = {{-2, 3}, {4, 5}};
  h.positive_buckets.resize(8);
  h.negative_spans = {{0, 2}};
  h.negative_buckets.resize(2);
  h.sum = static_cast<double>(random() % 100000) / 16;
  return h;
}

void observe(Histogram& h, std::mt19937_64& random) {
  for (double& bucket : h.positive_buckets) bucket += static_cast<double>(random() % 5);
  for (double& bucket : h.negative_buckets) bucket += static_cast<double>(random() % 2);
  h.zero_count += 1;
  h.count += 20;
  h.sum += 3.25;
}

std::vector<Histogram> mixture(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Histogram> all;
  Histogram h = integer_histogram(random);
  for (int i = 0; i < 20; ++i) observe(h, random), all.push_back(h);
  Histogram gauge = h;  // the same layout, counts that are no integers
  gauge.integer = false;
  gauge.hint = CounterResetHint::gauge;
  for (double& bucket : gauge.positive_buckets) bucket += 0.5;
  all.push_back(gauge);
  all.push_back(h);
  Histogram custom;
  custom.schema = kCustomBucketsSchema;
  custom.custom_values = {0.5, 1, 2.5};
  custom.positive_spans = {{0, 4}};
  custom.positive_buckets = {1, 0, 7, -0.0};
  custom.count = 8;
  all.push_back(custom);
  Histogram stale;
  stale.sum = stale_nan();
  all.push_back(stale);
  Histogram odd = h;
  odd.zero_threshold = normal_nan();
  odd.count = 1e300;
  odd.positive_buckets[1] = stale_nan();
  all.push_back(odd);
  Histogram wide;
  wide.positive_spans = {{0, 300}};
  wide.positive_buckets.assign(300, 9007199254740992.0);
  all.push_back(wide);
  all.push_back(Histogram{});
  return all;
}

std::string encoded(const std::vector<Histogram>& histograms) {
  std::vector<HistogramPoint> points;
  std::int64_t t = 1'700'000'000'000;
  for (const Histogram& h : histograms) points.push_back({t += 15'000, &h});
  std::string bytes;
  encode_histograms(points, bytes);
  return bytes;
}

TEST(HistogramCodec, EveryKindRoundTripsBitForBit) {
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    const auto histograms = mixture(seed);
    const std::string bytes = encoded(histograms);
    std::string_view rest = bytes;
    std::vector<TimedHistogram> back;
    ASSERT_TRUE(decode_histograms(rest, back).has_value());
    EXPECT_TRUE(rest.empty());
    ASSERT_EQ(back.size(), histograms.size());
    for (std::size_t i = 0; i < back.size(); ++i) {
      EXPECT_EQ(back[i].timestamp_ms, 1'700'000'000'000 + 15'000 * static_cast<std::int64_t>(i + 1));
      EXPECT_TRUE(same_bits(back[i].histogram, histograms[i])) << i;
    }
  }
}

TEST(HistogramCodec, AGrowingIntegerHistogramCostsFewBytesAPoint) {
  std::mt19937_64 random(1);
  Histogram h = integer_histogram(random);
  std::vector<Histogram> all;
  for (int i = 0; i < 100; ++i) observe(h, random), all.push_back(h);
  EXPECT_LE(encoded(all).size() / all.size(), 24u);
}

TEST(HistogramCodec, TruncationsAreCorrupt) {
  const std::string bytes = encoded(mixture(1));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view cut(bytes.data(), size);
    std::vector<TimedHistogram> back;
    const auto decoded = decode_histograms(cut, back);
    ASSERT_FALSE(decoded.has_value()) << "cut at " << size;
    EXPECT_EQ(decoded.error().code(), Errc::corrupt);
  }
}

}  // namespace
}  // namespace sluice::storage
