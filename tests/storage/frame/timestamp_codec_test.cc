#include "storage/frame/timestamp_codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

namespace sluice::storage {
namespace {

using Times = std::vector<std::int64_t>;

std::string encoded(const Times& times) {
  std::string out;
  encode_timestamps(times, out);
  return out;
}

void expect_round_trip(const Times& times) {
  const std::string bytes = encoded(times);
  std::string_view rest = bytes;
  Times back(times.size());
  ASSERT_TRUE(decode_timestamps(rest, back));
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(back, times);
}

Times regular(std::size_t count, std::int64_t from = 1'700'000'000'123) {
  Times times;
  for (std::size_t i = 0; i < count; ++i) times.push_back(from + static_cast<std::int64_t>(i) * 15'000);
  return times;
}

TEST(TimestampCodec, ARegularScrapeCostsAHandfulOfBytes) {
  expect_round_trip(regular(5000));
  EXPECT_LE(encoded(regular(5000)).size(), 12u);
}

TEST(TimestampCodec, AMissedScrapeStartsANewRunAndNotAWideBlock) {
  Times times = regular(100);
  const Times later = regular(100, times.back() + 45'000);
  times.insert(times.end(), later.begin(), later.end());
  expect_round_trip(times);
  EXPECT_LE(encoded(times).size(), 40u);
}

TEST(TimestampCodec, JitterCostsItsBits) {
  std::mt19937_64 random(1);
  Times times = regular(640);
  for (auto& t : times) t += static_cast<std::int64_t>(random() % 8);
  expect_round_trip(times);
  EXPECT_LE(encoded(times).size(), 640u * 4 / 8 + 10 * 14);
}

TEST(TimestampCodec, AnyInt64RoundTrips) {
  expect_round_trip({0});
  expect_round_trip({std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 0, -1});
  std::mt19937_64 random(2);
  for (int round = 0; round < 500; ++round) {
    Times times;
    for (std::size_t n = random() % 150; n > 0; --n)
      times.push_back(static_cast<std::int64_t>(random() >> (random() % 64)));
    expect_round_trip(times);
  }
}

TEST(TimestampCodec, TruncationsAreRefused) {
  Times times = regular(30);
  times.push_back(times.back() + 1);
  times.push_back(times.back() + 77);
  const std::string bytes = encoded(times);
  Times back(times.size());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view rest(bytes.data(), size);
    EXPECT_FALSE(decode_timestamps(rest, back)) << "cut at " << size;
  }
}

}  // namespace
}  // namespace sluice::storage
