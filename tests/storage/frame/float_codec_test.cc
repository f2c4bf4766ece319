// tests/storage/frame/float_codec_test.cc
//
// Goal: every double comes back bit for bit, known shapes cost the bytes they should, and damaged bytes are refused.
#include "storage/frame/float_codec.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "proto/model/sample.h"

namespace sluice::storage {
namespace {

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> out;
  for (const double v : values) out.push_back(std::bit_cast<std::uint64_t>(v));
  return out;
}

std::string encoded(const std::vector<double>& values) {
  std::string out;
  encode_floats(values, out);
  return out;
}

void expect_round_trip(const std::vector<double>& values) {
  const std::string bytes = encoded(values);
  std::string_view rest = bytes;
  std::vector<double> back(values.size());
  ASSERT_TRUE(decode_floats(rest, back));
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(bits(back), bits(values));
}

std::vector<double> counter(std::size_t count, std::uint64_t seed, double start, unsigned step_max) {
  std::mt19937_64 random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(start += static_cast<double>(random() % (step_max + 1)));
  return values;
}

struct Shape {
  std::string name;
  std::vector<double> values;
  std::size_t bytes_max;  // what the encoding may cost
};
class FloatShapes : public testing::TestWithParam<Shape> {};
TEST_P(FloatShapes, RoundTripWithinTheirCost) {
  expect_round_trip(GetParam().values);
  EXPECT_LE(encoded(GetParam().values).size(), GetParam().bytes_max);
}

std::vector<double> decimals() {
  std::vector<double> values;
  for (int i = 0; i < 64; ++i) values.push_back((1000 + i * 7 % 50) / 100.0);
  return values;
}
std::vector<double> running_sum() {  // 0.1 + 0.1 + ...: decimals that lost some ulps on the way
  std::vector<double> values;
  double sum = 12.3;
  for (int i = 0; i < 64; ++i) values.push_back(sum += 0.1 * (i % 7));
  return values;
}
std::vector<double> noise() {
  std::mt19937_64 random(7);
  std::vector<double> values;
  for (int i = 0; i < 64; ++i) values.push_back(std::uniform_real_distribution<double>(0, 1)(random));
  return values;
}
std::vector<double> ends_stale() {
  std::vector<double> values = counter(40, 3, 1e6, 7);
  values.push_back(stale_nan());
  values.insert(values.end(), 3, normal_nan());
  return values;
}

const Shape kShapes[] = {
    {"One", {42}, 4},
    {"Zeros", std::vector<double>(10'000, 0.0), 5},
    {"NegativeZero", {-0.0, 0.0, -0.0}, 24},
    {"CounterOfSmallSteps", counter(64, 1, 1e6, 7), 40},
    {"CounterOverManyRuns", counter(640, 2, 1e9, 15), 480},
    {"Decimals", decimals(), 60},
    {"RunningSum", running_sum(), 150},
    {"Noise", noise(), 64 * 9},
    {"EndsStale", ends_stale(), 60},
    {"Infinities", {INFINITY, -INFINITY, 1, INFINITY}, 40},
    {"Extremes",
     {std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(),
      std::numeric_limits<double>::lowest(), 9007199254740993.0, 2251799813685248.0, -2251799813685249.0, 1e308,
      1e-308},
     80},
};
INSTANTIATE_TEST_SUITE_P(Floats, FloatShapes, testing::ValuesIn(kShapes), [](const auto& i) { return i.param.name; });

TEST(FloatCodec, RandomMixturesRoundTrip) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::vector<double> values;
    const std::size_t count = 1 + random() % 200;
    double level = static_cast<double>(random() % 1000);
    for (std::size_t i = 0; i < count; ++i) {
      switch (random() % 8) {
        case 0: values.push_back(std::bit_cast<double>(random())); break;
        case 1: values.push_back(static_cast<double>(random() % 100) / 10.0); break;
        case 2: values.push_back(stale_nan()); break;
        case 3: values.insert(values.end(), random() % 40, level); break;
        default: values.push_back(level += static_cast<double>(random() % 5));
      }
    }
    if (!values.empty()) expect_round_trip(values);
  }
}

TEST(FloatCodec, RunsCanBeInspectedAndDecodedOneByOne) {
  std::vector<double> values(100, 5.0);
  const auto moving = counter(100, 4, 5, 3);
  values.insert(values.end(), moving.begin(), moving.end());
  const std::string bytes = encoded(values);
  std::vector<double> back;
  for (std::string_view rest = bytes; !rest.empty();) {
    RunInfo info;
    ASSERT_TRUE(inspect_run(rest, info));
    std::vector<double> part(info.count);
    ASSERT_TRUE(decode_run(rest, info, part.data()));
    EXPECT_TRUE(!info.constant || part.front() == info.value);
    back.insert(back.end(), part.begin(), part.end());
    rest.remove_prefix(info.bytes);
  }
  EXPECT_EQ(back, values);
}

TEST(FloatCodec, EveryTruncationIsRefused) {
  for (const Shape& shape : kShapes) {
    const std::string bytes = encoded(shape.values);
    std::vector<double> back(shape.values.size());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      std::string_view rest(bytes.data(), size);
      EXPECT_FALSE(decode_floats(rest, back)) << shape.name << " cut at " << size;
    }
  }
}

TEST(FloatCodec, ARunThatOverflowsTheAskedCountIsRefused) {
  const std::string bytes = encoded(counter(20, 5, 0, 9));
  std::vector<double> fewer(19);
  std::string_view rest = bytes;
  EXPECT_FALSE(decode_floats(rest, fewer));
}

}  // namespace
}  // namespace sluice::storage
