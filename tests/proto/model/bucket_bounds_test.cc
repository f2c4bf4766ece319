#include "proto/model/bucket_bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sluice {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kLargest = std::numeric_limits<double>::max();

TEST(BucketBounds, ArePowersOfTwoAtSchemaZeroAndBelow) {
  EXPECT_EQ(exponential_bound(0, 0), 1);
  EXPECT_EQ(exponential_bound(3, 0), 8);
  EXPECT_EQ(exponential_bound(-2, 0), 0.25);
  EXPECT_EQ(exponential_bound(1, -1), 4);
  EXPECT_EQ(exponential_bound(-1, -2), 1.0 / 16);
  EXPECT_EQ(exponential_bound(2, -4), std::ldexp(1, 32));
}

// Prometheus's table: this bound is one step below the rounded root, and later ones inherit it.
TEST(BucketBounds, KeepTheFamousWrongDigit) {
  EXPECT_EQ(exponential_bound(1, 1), 1.414213562373095);
  EXPECT_LT(exponential_bound(1, 1), std::sqrt(2.0));
  EXPECT_EQ(exponential_bound(2, 1), 2);
  EXPECT_EQ(exponential_bound(256, 8), 2);
}

TEST(BucketBounds, EndAtTheLargestDoubleAndThenAtInfinity) {
  EXPECT_EQ(exponential_bound(1024, 0), kLargest);
  EXPECT_EQ(exponential_bound(1025, 0), kInf);
  EXPECT_EQ(exponential_bound(64, -4), kLargest);
  EXPECT_EQ(exponential_bound(65, -4), kInf);
  EXPECT_EQ(exponential_bound(1024 * 256, 8), kLargest);
  EXPECT_EQ(exponential_bound(INT32_MAX, -4), kInf);
  EXPECT_EQ(exponential_bound(INT32_MIN, -4), 0);
}

TEST(BucketBounds, GrowWithTheIndexAtEverySchema) {
  for (std::int32_t schema = -4; schema <= 8; ++schema)
    for (std::int64_t index = -40; index < 40; ++index)
      EXPECT_LT(exponential_bound(index - 1, schema), exponential_bound(index, schema)) << schema << " " << index;
}

TEST(BucketBounds, OfCustomValuesReachBothInfinities) {
  Histogram h;
  h.schema = kCustomBucketsSchema;
  h.custom_values = {1, 2};
  EXPECT_EQ(positive_bucket(h, 0).lower, -kInf);
  EXPECT_TRUE(positive_bucket(h, 0).lower_inclusive);
  EXPECT_EQ(positive_bucket(h, 1).lower, 1);
  EXPECT_FALSE(positive_bucket(h, 1).lower_inclusive);
  EXPECT_EQ(positive_bucket(h, 2).upper, kInf);
}

TEST(BucketBounds, MirrorTheNegativeSide) {
  const Histogram h;
  const BucketBounds bounds = negative_bucket(h, 1);
  EXPECT_EQ(bounds.lower, -2);
  EXPECT_EQ(bounds.upper, -1);
  EXPECT_TRUE(bounds.lower_inclusive);
  EXPECT_FALSE(bounds.upper_inclusive);
}

}  // namespace
}  // namespace sluice
