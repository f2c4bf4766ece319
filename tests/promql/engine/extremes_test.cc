// max_over_time and its kin look at every sample once; a loop over each window says the same, to the bit.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "tests/promql/engine/world.h"

namespace sluice::promql::test {
namespace {

constexpr std::int64_t kScrapeMs = 10'000, kRangeMs = 70'000, kStepMs = 25'000;

struct Written {
  std::int64_t time_ms;
  double value;
};

std::vector<Written> samples_with_ties_and_nan(std::mt19937& random) {
  const double values[] = {1, 2, 2, 3, 0.0, -0.0, NAN, NAN, INFINITY, -INFINITY, -1};
  std::vector<Written> all;
  for (std::int64_t t = 0; t < 1'500'000; t += kScrapeMs)
    if (random() % 4 != 0) all.push_back({t, values[random() % std::size(values)]});
  return all;
}

// Source: Prometheus, compareOverTime of promql/functions.go.
const Written* extreme_of(const std::vector<Written>& all, std::int64_t end_ms, bool max, bool last_of_equal) {
  const Written* best = nullptr;
  for (const Written& one : all) {
    if (one.time_ms <= end_ms - kRangeMs || one.time_ms > end_ms) continue;
    const bool better = best == nullptr || (max ? one.value > best->value : one.value < best->value) ||
                        std::isnan(best->value) || (last_of_equal && one.value == best->value);
    if (better) best = &one;
  }
  return best;
}

void expect_extremes(const World& world, const std::vector<Written>& all, const std::string& function, bool max,
                     bool time) {
  const auto result = world.range(function + "(m[70s])", 0, 1'600'000, kStepMs);
  ASSERT_TRUE(result.has_value()) << function << ": " << result.error().detail();
  const auto& series = std::get<MatrixResult>(result->value).series;
  ASSERT_EQ(series.size(), 1u);
  std::size_t next = 0;
  for (std::int64_t t = 0; t <= 1'600'000; t += kStepMs) {
    const Written* wanted = extreme_of(all, t, max, time);
    if (wanted == nullptr) continue;
    ASSERT_LT(next, series[0].floats.size());
    const FloatPoint& point = series[0].floats[next++];
    const double value = time ? static_cast<double>(wanted->time_ms) / 1000 : wanted->value;
    EXPECT_EQ(point.timestamp_ms, t);
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(point.value)) << function << " at " << t;
    else
      EXPECT_EQ(std::bit_cast<std::uint64_t>(point.value), std::bit_cast<std::uint64_t>(value))
          << function << " at " << t;
  }
  EXPECT_EQ(next, series[0].floats.size());
}

TEST(Extremes, AreThoseOfALoopOverEveryWindow) {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    World world;
    const std::vector<Written> all = samples_with_ties_and_nan(random);
    for (const Written& one : all) world.source().add(Labels::sorted({{"__name__", "m"}}), one.time_ms, one.value);
    expect_extremes(world, all, "max_over_time", true, false);
    expect_extremes(world, all, "min_over_time", false, false);
    expect_extremes(world, all, "ts_of_max_over_time", true, true);
    expect_extremes(world, all, "ts_of_min_over_time", false, true);
  }
}

}  // namespace
}  // namespace sluice::promql::test
