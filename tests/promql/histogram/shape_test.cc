#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "promql/histogram/float_histogram.h"
#include "tests/promql/histogram/literal.h"

namespace sluice::promql {
namespace {

using ::testing::ElementsAre;
using testing::h;

TEST(Compact, DropsEmptyBucketsAtEndsAndInTheMiddle) {
  Histogram histogram = h("buckets:[0 1 0 0 2 0] offset:3 n_buckets:[0 0]");
  compact(histogram);
  EXPECT_THAT(histogram.positive_buckets, ElementsAre(1, 2));
  EXPECT_THAT(histogram.positive_spans, ElementsAre(BucketSpan{4, 1}, BucketSpan{2, 1}));
  EXPECT_TRUE(histogram.negative_spans.empty());
}

TEST(Compact, JoinsSpansThatTouch) {
  Histogram histogram = h("buckets:[1 2 3]");
  histogram.positive_spans = {{0, 1}, {0, 0}, {0, 2}};
  compact(histogram);
  EXPECT_THAT(histogram.positive_spans, ElementsAre(BucketSpan{0, 3}));
}

TEST(Equal, IgnoresHintsAndEmptySpansButNotEmptyBuckets) {
  const Histogram a = h("count:3 sum:4 buckets:[1 2]");
  Histogram b = a;
  b.hint = CounterResetHint::gauge;
  b.positive_spans = {{-2, 0}, {2, 2}, {5, 0}};
  EXPECT_TRUE(equal(a, b));
  EXPECT_FALSE(equal(a, h("count:3 sum:4 buckets:[1 2 0]")));
  EXPECT_FALSE(equal(a, h("count:3 sum:4 buckets:[1 2] offset:1")));
  EXPECT_FALSE(equal(a, h("count:3 sum:4 buckets:[1 2] z_bucket_w:0.1")));
  EXPECT_TRUE(equal(h("sum:NaN"), h("sum:NaN")));
}

TEST(Scale, MultipliesEveryCountAndMakesAGaugeWhenNegative) {
  Histogram histogram = h("count:3 sum:4 z_bucket:1 buckets:[1 2] n_buckets:[1]");
  scale(histogram, -2);
  EXPECT_TRUE(equal(histogram, h("count:-6 sum:-8 z_bucket:-2 buckets:[-2 -4] n_buckets:[-2]")));
  EXPECT_EQ(histogram.hint, CounterResetHint::gauge);
}

TEST(Divide, ByZeroLeavesNoBuckets) {
  Histogram histogram = h("count:3 sum:-4 z_bucket:0 buckets:[1 2]");
  divide(histogram, 0);
  EXPECT_EQ(histogram.count, std::numeric_limits<double>::infinity());
  EXPECT_EQ(histogram.sum, -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(histogram.zero_count));
  EXPECT_TRUE(histogram.positive_spans.empty());
  EXPECT_TRUE(histogram.positive_buckets.empty());
}

}  // namespace
}  // namespace sluice::promql
