#include "promql/func/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "promql/func/reset.h"

namespace sluice::promql {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(Mean, DoesNotOverflow) {
  Mean mean;
  for (int i = 0; i < 4; ++i) mean.add(kMax);
  EXPECT_NEAR(mean.value() / kMax, 1, 1e-12);
}

TEST(Mean, CompensatesSmallValuesBesideLargeOnes) {
  Mean mean;
  for (const double v : {1e100, 1.0, -1e100, 1.0}) mean.add(v);
  EXPECT_EQ(mean.value(), 0.5);
}

TEST(Quantile, InterpolatesAndKnowsItsLimits) {
  std::vector<double> values = {3, 1, 2, 4};
  EXPECT_EQ(quantile(0.5, values), 2.5);
  EXPECT_EQ(quantile(-1, values), -kInf);
  EXPECT_EQ(quantile(2, values), kInf);
  std::vector<double> none;
  EXPECT_TRUE(std::isnan(quantile(0.5, none)));
  std::vector<double> with_nan = {1, kNan, 2};
  EXPECT_TRUE(std::isnan(quantile(0, with_nan))) << "NaN sorts first";
}

TEST(StartTimes, TellWhenACounterStartedAgain) {
  EXPECT_FALSE(started_again(0, 100, 0, 200)) << "unknown";
  EXPECT_TRUE(started_again(10, 100, 150, 200)) << "a start between the two samples";
  EXPECT_FALSE(started_again(10, 100, 10, 200)) << "the same start";
  EXPECT_TRUE(started_again(10, 100, 100, 200)) << "deltas that follow one another";
  EXPECT_FALSE(started_again(0, 100, 100, 200)) << "a cumulative counter with unknown start";
  EXPECT_FALSE(started_again(10, 100, 200, 200)) << "a start at the sample itself says nothing";
}

}  // namespace
}  // namespace sluice::promql
