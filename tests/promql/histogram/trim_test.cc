#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "promql/histogram/float_histogram.h"
#include "tests/promql/histogram/literal.h"

namespace sluice::promql {
namespace {

using testing::h;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRoot = 1.4142135623730951;

Histogram below(const std::string& text, double limit) {
  Histogram histogram = h(text);
  keep_below(histogram, limit);
  return histogram;
}
Histogram above(const std::string& text, double limit) {
  Histogram histogram = h(text);
  keep_above(histogram, limit);
  return histogram;
}
const std::string kTwoBuckets = "count:8 sum:20 buckets:[4 4] offset:1";  // (1,2]:4 (2,4]:4

TEST(Trim, AtABucketsEdgeIsExact) {
  const Histogram low = below(kTwoBuckets, 2), high = above(kTwoBuckets, 2);
  EXPECT_EQ(low.count, 4);
  EXPECT_DOUBLE_EQ(low.sum, 4 * kRoot);
  EXPECT_EQ(text(low).substr(text(low).find(", (")), ", (1,2]:4}");
  EXPECT_EQ(high.count, 4);
  EXPECT_DOUBLE_EQ(high.sum, 8 * kRoot);
}

TEST(Trim, NothingToTrimLeavesCountAndSumAlone) {
  EXPECT_TRUE(equal(below(kTwoBuckets, 4), h(kTwoBuckets)));
  EXPECT_TRUE(equal(above(kTwoBuckets, 1), h(kTwoBuckets)));
}

TEST(Trim, InsideABucketInterpolatesLogarithmically) {
  const Histogram low = below(kTwoBuckets, kRoot);
  EXPECT_DOUBLE_EQ(low.count, 2);
  EXPECT_DOUBLE_EQ(low.sum, 2 * std::sqrt(kRoot));
  const Histogram high = above(kTwoBuckets, 2 * kRoot);
  EXPECT_DOUBLE_EQ(high.count, 2);
}

TEST(Trim, EverythingLeavesAnEmptyHistogram) {
  EXPECT_TRUE(equal(below(kTwoBuckets, 0), h("count:0 sum:0")));
  EXPECT_TRUE(equal(above(kTwoBuckets, 4), h("count:0 sum:0")));
}

TEST(Trim, TheZeroBucketIsLinearFromZeroWithoutNegativeBuckets) {
  const Histogram low = below("count:12 sum:9 z_bucket:4 z_bucket_w:0.5 buckets:[0 8]", 0.25);
  EXPECT_DOUBLE_EQ(low.zero_count, 2);
  EXPECT_DOUBLE_EQ(low.count, 2);
  EXPECT_DOUBLE_EQ(low.sum, 2 * 0.125);
}

const std::string kCustom = "schema:-53 count:10 sum:9 custom_values:[5 10] buckets:[4 4 2]";

TEST(Trim, TheFirstCustomBucketStartsAtZero) {
  const Histogram low = below(kCustom, 2.5);
  EXPECT_DOUBLE_EQ(low.count, 2);
  EXPECT_DOUBLE_EQ(low.sum, 2 * 1.25);
  const Histogram high = above(kCustom, 2.5);
  EXPECT_DOUBLE_EQ(high.count, 8);
  EXPECT_DOUBLE_EQ(high.sum, 2 * 3.75 + 4 * 7.5 + 2 * 10);
}

TEST(Trim, TheLastCustomBucketIsBelowNothing) {
  const Histogram low = below(kCustom, 1000);
  EXPECT_DOUBLE_EQ(low.count, 8);
  EXPECT_DOUBLE_EQ(low.sum, 4 * 2.5 + 4 * 7.5);
  const Histogram high = above(kCustom, 1000);
  EXPECT_DOUBLE_EQ(high.count, 2);
  EXPECT_DOUBLE_EQ(high.sum, 2 * 1000);
}

TEST(Trim, NothingIsAboveInfinityOrBelowIt) {
  EXPECT_EQ(above(kCustom, kInfinity).count, 0);
  EXPECT_EQ(below(kCustom, -kInfinity).count, 0);
  EXPECT_TRUE(equal(below(kCustom, kInfinity), h(kCustom)));
  EXPECT_TRUE(equal(above(kCustom, -kInfinity), h(kCustom)));
}

TEST(Trim, ABucketWithoutAnyBoundIsKeptWholeOrNotAtAll) {
  const std::string one = "schema:-53 count:100 sum:100 buckets:[100]";
  EXPECT_EQ(below(one, 10).count, 0);
  EXPECT_EQ(above(one, 10).count, 0);
  EXPECT_TRUE(equal(below(one, kInfinity), h(one)));
  EXPECT_TRUE(equal(above(one, -kInfinity), h(one)));
}

TEST(Trim, CountsTheUpperPartOfTheZeroBucketFromAbove) {
  EXPECT_EQ(above("count:8 sum:0 z_bucket:8 z_bucket_w:0.001 n_buckets:[1] buckets:[1]", 1e-7).zero_count,
            8 * ((0.001 - 1e-7) / 0.002));
}

TEST(Trim, SumsPositiveBucketsThenNegativeOnesThenTheZeroBucket) {
  const Histogram low =
      below("count:14 sum:9 z_bucket:1 z_bucket_w:0.001 buckets:[9 1 1] offset:-1 n_buckets:[1 1]", 1);
  EXPECT_EQ(low.sum, 1.767766952966369) << "and not 1.7677669529663689";
}

}  // namespace
}  // namespace sluice::promql
