// The compensated sum and the average of aggregations.
#include <gtest/gtest.h>

#include <cmath>

#include "promql/histogram/float_histogram.h"
#include "tests/promql/histogram/literal.h"

namespace sluice::promql {
namespace {

using testing::h;

TEST(HistogramSum, KeepsWhatRoundingWouldLose) {
  HistogramSum sum(h("count:1e100 sum:1e100 z_bucket:1e100 buckets:[1e100] n_buckets:[1e100]"));
  sum.add(h("count:1 sum:1 z_bucket:1 buckets:[1 1] n_buckets:[1]"));
  sum.add(h("count:-1e100 sum:-1e100 z_bucket:-1e100 buckets:[-1e100] n_buckets:[-1e100]"));
  EXPECT_TRUE(equal(sum.value(), h("count:1 sum:1 z_bucket:1 buckets:[1 1] n_buckets:[1]"))) << text(sum.value());
}

TEST(HistogramSum, CompensationSurvivesNewLayouts) {
  HistogramSum sum(h("schema:1 count:1e100 sum:0 z_bucket_w:0.001 z_bucket:0 buckets:[1e100 0 0 0] offset:0"));
  sum.add(h("schema:1 count:1 sum:0 z_bucket_w:0.001 buckets:[1]"));
  sum.add(h("schema:0 count:0 sum:0 z_bucket_w:0.5 buckets:[0]"));  // lower schema, larger zero bucket
  sum.add(h("schema:1 count:-1e100 sum:0 z_bucket_w:0.001 buckets:[-1e100]"));
  EXPECT_TRUE(equal(sum.value(), h("schema:0 count:1 sum:0 z_bucket_w:0.5 buckets:[1]"))) << text(sum.value());
}

TEST(HistogramSum, SeesCollidingHintsInAnyOrder) {
  HistogramSum sum(h("counter_reset_hint:reset"));
  sum.add(h("counter_reset_hint:unknown"));
  EXPECT_FALSE(sum.reset_collision());
  sum.add(h("counter_reset_hint:not_reset"));
  EXPECT_TRUE(sum.reset_collision());
}

TEST(HistogramAverage, IsTheSumOverTheNumber) {
  HistogramAverage mean(h("count:1 sum:2 buckets:[1]"));
  mean.add(h("count:2 sum:3 buckets:[0 2]"));
  mean.add(h("count:3 sum:4 buckets:[2 1]"));
  EXPECT_TRUE(equal(mean.value(), h("count:2 sum:3 buckets:[1 1]"))) << text(mean.value());
}

TEST(HistogramAverage, SurvivesASumThatOverflows) {
  const Histogram huge = h("count:1.5e308 sum:1.5e308 buckets:[1.5e308]");
  HistogramAverage mean(huge);
  for (int i = 0; i < 5; ++i) mean.add(huge);
  EXPECT_FALSE(has_overflow(mean.value()));
  EXPECT_NEAR(mean.value().sum / 1.5e308, 1, 1e-15);
  EXPECT_NEAR(mean.value().positive_buckets.at(0) / 1.5e308, 1, 1e-15);
}

TEST(HistogramAverage, OfInfinityIsInfinity) {
  HistogramAverage mean(h("count:1 sum:Inf buckets:[1]"));
  mean.add(h("count:1 sum:1 buckets:[1]"));
  EXPECT_TRUE(std::isinf(mean.value().sum));
  EXPECT_EQ(mean.value().count, 1);
}

}  // namespace
}  // namespace sluice::promql
