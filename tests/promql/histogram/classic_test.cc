#include "promql/histogram/classic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sluice::promql {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
const std::vector<ClassicBucket> kBuckets = {{kInf, 10}, {1, 2}, {2, 6}, {4, 8}};

double quantile(double q, std::vector<ClassicBucket> buckets) { return classic_quantile(q, buckets).value; }
double fraction(double lower, double upper, std::vector<ClassicBucket> buckets) {
  return classic_fraction(lower, upper, buckets);
}

TEST(ClassicQuantile, InterpolatesLinearlyInAnyOrderOfBuckets) {
  EXPECT_DOUBLE_EQ(quantile(0.1, kBuckets), 0.5);
  EXPECT_DOUBLE_EQ(quantile(0.4, kBuckets), 1.5);
  EXPECT_DOUBLE_EQ(quantile(0.95, kBuckets), 4) << "the second highest bound stands for the open bucket";
}

TEST(ClassicQuantile, EdgesOfItsDomain) {
  EXPECT_EQ(quantile(-1, kBuckets), -kInf);
  EXPECT_EQ(quantile(2, kBuckets), kInf);
  EXPECT_TRUE(std::isnan(quantile(std::nan(""), kBuckets)));
  EXPECT_TRUE(std::isnan(quantile(0.5, {})));
  EXPECT_TRUE(std::isnan(quantile(0.5, {{1, 2}, {2, 3}}))) << "no +Inf bucket";
  EXPECT_TRUE(std::isnan(quantile(0.5, {{kInf, 3}}))) << "one bucket";
  EXPECT_TRUE(std::isnan(quantile(0.5, {{1, 0}, {kInf, 0}}))) << "no observations";
  EXPECT_EQ(quantile(0.1, {{-1, 5}, {kInf, 5}}), -1) << "no lower end to interpolate from";
}

TEST(ClassicQuantile, EqualBoundsAreOneBucket) {
  EXPECT_DOUBLE_EQ(quantile(0.5, {{1, 1}, {1, 1}, {2, 4}, {kInf, 4}}), 1);
}

TEST(ClassicQuantile, CountsThatFallAreRaisedAndReported) {
  std::vector<ClassicBucket> buckets = {{1, 2}, {2, 6}, {4, 5}, {8, 3}, {kInf, 8}};
  const auto out = classic_quantile(0.5, buckets);
  EXPECT_TRUE(out.repaired);
  EXPECT_EQ(out.repaired_from, 4);
  EXPECT_EQ(out.repaired_to, 8);
  EXPECT_EQ(out.difference_max, 3);
  EXPECT_DOUBLE_EQ(out.value, 1.5);
}

TEST(ClassicQuantile, RoundingIsRepairedSilently) {
  std::vector<ClassicBucket> buckets = {{1, 2}, {2, 2 - 1e-14}, {kInf, 2 + 1e-14}};
  const auto out = classic_quantile(0.5, buckets);
  EXPECT_FALSE(out.repaired);
  EXPECT_DOUBLE_EQ(out.value, 0.5);
}

TEST(ClassicFraction, Basics) {
  EXPECT_DOUBLE_EQ(fraction(1, 2, kBuckets), 0.4);
  EXPECT_DOUBLE_EQ(fraction(0, 1.5, kBuckets), 0.4);
  EXPECT_DOUBLE_EQ(fraction(-kInf, kInf, kBuckets), 1);
  EXPECT_DOUBLE_EQ(fraction(-kInf, 100, kBuckets), 0.8);
  EXPECT_DOUBLE_EQ(fraction(2, 1, kBuckets), 0);
  EXPECT_TRUE(std::isnan(fraction(0, 1, {{1, 2}})));
  EXPECT_TRUE(std::isnan(fraction(std::nan(""), 1, kBuckets)));
}

}  // namespace
}  // namespace sluice::promql
