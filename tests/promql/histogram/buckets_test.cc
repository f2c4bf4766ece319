#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promql/histogram/float_histogram.h"
#include "tests/promql/histogram/literal.h"

namespace sluice::promql {
namespace {

using testing::h;

TEST(HistogramText, AscendsFromTheNegativeSideToThePositive) {
  EXPECT_EQ(text(h("schema:0 count:10 sum:-1.5 z_bucket:2 z_bucket_w:0.001 buckets:[0 4] n_buckets:[1 3]")),
            "{count:10, sum:-1.5, [-2,-1):3, [-1,-0.5):1, [-0.001,0.001]:2, (1,2]:4}");
}

TEST(HistogramText, OfCustomBucketsReachesFromInfinityToInfinity) {
  EXPECT_EQ(text(h("schema:-53 count:6 sum:100 custom_values:[5 10] buckets:[1 2 3]")),
            "{count:6, sum:100, [-Inf,5]:1, (5,10]:2, (10,+Inf]:3}");
}

TEST(HistogramText, NumbersAreGosShortest) {
  EXPECT_EQ(text(h("count:1000000 sum:0.00001")), "{count:1e+06, sum:1e-05}");
  EXPECT_EQ(text(h("count:100000 sum:0.0001")), "{count:100000, sum:0.0001}");
  EXPECT_EQ(text(h("count:123456789 sum:NaN")), "{count:1.23456789e+08, sum:NaN}");
}

TEST(AllBuckets, AreClippedAtTheZeroBucket) {
  const auto buckets = all_buckets(h("z_bucket:1 z_bucket_w:0.75 buckets:[1 1] n_buckets:[1]"));
  ASSERT_EQ(buckets.size(), 4u);
  EXPECT_EQ(buckets[0].lower, -1);
  EXPECT_EQ(buckets[0].upper, -0.75);
  EXPECT_EQ(buckets[2].lower, 0.75);
  EXPECT_EQ(buckets[2].upper, 1);
  EXPECT_EQ(buckets[3].lower, 1);
}

TEST(AllBuckets, AnEmptyZeroBucketIsNotVisited) {
  EXPECT_EQ(all_buckets(h("z_bucket_w:0.001 buckets:[1]")).size(), 1u);
}

}  // namespace
}  // namespace sluice::promql
