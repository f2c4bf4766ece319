// Quantiles, fractions and moments of native histograms, computed by hand from the definitions.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "promql/histogram/float_histogram.h"
#include "tests/promql/histogram/literal.h"

namespace sluice::promql {
namespace {

using testing::h;

constexpr double kInf = std::numeric_limits<double>::infinity();

double quantile(double q, const std::string& histogram) { return histogram_quantile(q, h(histogram)).value; }
double fraction(double lower, double upper, const std::string& histogram) {
  return histogram_fraction(lower, upper, h(histogram)).value;
}

const std::string kTwoBuckets = "count:8 sum:20 buckets:[4 4] offset:1";                       // (1,2]:4 (2,4]:4
const std::string kBothSides = "count:8 sum:0 buckets:[4] offset:1 n_buckets:[4] n_offset:1";  // [-2,-1):4 (1,2]:4
const std::string kZero = "count:12 sum:9 z_bucket:4 z_bucket_w:0.5 buckets:[0 8]";            // zero bucket and (1,2]
const std::string kCustom = "schema:-53 count:10 sum:9 custom_values:[5 10] buckets:[4 4 2]";

TEST(HistogramQuantile, OutsideZeroToOne) {
  EXPECT_EQ(quantile(-0.1, kTwoBuckets), -kInf);
  EXPECT_EQ(quantile(1.1, kTwoBuckets), kInf);
  EXPECT_TRUE(std::isnan(quantile(std::nan(""), kTwoBuckets)));
  EXPECT_TRUE(std::isnan(quantile(0.5, "count:0 sum:0")));
}

TEST(HistogramQuantile, InterpolatesOnALogarithmicScale) {
  EXPECT_DOUBLE_EQ(quantile(0.25, kTwoBuckets), std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(quantile(0.75, kTwoBuckets), 2 * std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(quantile(0, kTwoBuckets), 1);
  EXPECT_DOUBLE_EQ(quantile(1, kTwoBuckets), 4);
  EXPECT_DOUBLE_EQ(quantile(0.25, kBothSides), -std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(quantile(0.75, kBothSides), std::sqrt(2.0));
}

TEST(HistogramQuantile, TheZeroBucketIsLinearAndStartsAtZeroWithoutNegativeBuckets) {
  EXPECT_DOUBLE_EQ(quantile(2.0 / 12, kZero), 0.25);
}

TEST(HistogramQuantile, CustomBucketsAreLinear) {
  EXPECT_DOUBLE_EQ(quantile(0.2, kCustom), 2.5);
  EXPECT_DOUBLE_EQ(quantile(0.6, kCustom), 7.5);
  EXPECT_EQ(quantile(0.95, kCustom), 10) << "the last bucket has no upper end: its lower one is the answer";
  EXPECT_EQ(quantile(0.1, "schema:-53 count:4 sum:1 custom_values:[-5 10] buckets:[4]"), -5);
}

TEST(HistogramQuantile, NanObservationsAreAboveAllOthers) {
  const Histogram half_nan = h("count:8 sum:NaN buckets:[4] offset:1");
  const Estimate low = histogram_quantile(0.25, half_nan);
  EXPECT_DOUBLE_EQ(low.value, std::sqrt(2.0));
  EXPECT_TRUE(low.has_nan && low.skewed);
  const Estimate high = histogram_quantile(0.75, half_nan);
  EXPECT_TRUE(std::isnan(high.value));
  EXPECT_TRUE(high.has_nan && !high.skewed);
  EXPECT_FALSE(histogram_quantile(0.25, h("count:4 sum:NaN buckets:[4] offset:1")).has_nan);
}

TEST(HistogramQuantile, WithANanSumTheBucketIsTheLastOneAsInPrometheus) {
  EXPECT_DOUBLE_EQ(quantile(0.1, "count:6 sum:NaN buckets:[2 2 2]"), std::exp2(1.3)) << "0.6 of 2, but in (2,4]";
}

TEST(HistogramQuantile, OfAnOpenEndedBucketSaysNothingAboutNan) {
  EXPECT_FALSE(histogram_quantile(0.1, h("schema:-53 count:9 sum:NaN custom_values:[-5 10] buckets:[4]")).has_nan);
}

TEST(HistogramQuantile, OfNegativeCountsIsTheFarEndOfAllBuckets) {
  EXPECT_EQ(quantile(0.5, "count:-1 sum:-1 z_bucket:-1 z_bucket_w:0.5 buckets:[0 0] n_buckets:[0]"), -0.5);
}

TEST(HistogramFraction, Basics) {
  EXPECT_DOUBLE_EQ(fraction(-kInf, kInf, kTwoBuckets), 1);
  EXPECT_DOUBLE_EQ(fraction(1, 2, kTwoBuckets), 0.5);
  EXPECT_DOUBLE_EQ(fraction(std::sqrt(2.0), 2, kTwoBuckets), 0.25);
  EXPECT_DOUBLE_EQ(fraction(2, 1, kTwoBuckets), 0);
  EXPECT_DOUBLE_EQ(fraction(-1.5, 0, kBothSides), std::log2(1.5) * 0.5);
  EXPECT_DOUBLE_EQ(fraction(0, 0.25, kZero), 2.0 / 12);
  EXPECT_DOUBLE_EQ(fraction(-kInf, 7.5, kCustom), 0.6);
  EXPECT_DOUBLE_EQ(fraction(-kInf, 100, kCustom), 0.8) << "nothing is known above the last bound";
  EXPECT_TRUE(std::isnan(fraction(std::nan(""), 1, kTwoBuckets)));
  EXPECT_TRUE(std::isnan(fraction(0, 1, "count:0")));
}

TEST(HistogramFraction, NanObservationsAreInNoFraction) {
  const Estimate estimate = histogram_fraction(-kInf, kInf, h("count:8 sum:NaN buckets:[4] offset:1"));
  EXPECT_DOUBLE_EQ(estimate.value, 0.5);
  EXPECT_TRUE(estimate.has_nan);
}

TEST(HistogramMoments, VarianceTakesBucketsAtTheirCentre) {
  // Zero bucket at 0, (1,2] at sqrt(2); mean 0.75.
  const double mean = 0.75, root = std::sqrt(2.0);
  EXPECT_DOUBLE_EQ(variance(h(kZero)), (4 * mean * mean + 8 * (root - mean) * (root - mean)) / 12);
  EXPECT_DOUBLE_EQ(average(h(kZero)), mean);
  EXPECT_DOUBLE_EQ(variance(h("count:4 sum:-6 n_buckets:[4] n_offset:1")), (1.5 - root) * (1.5 - root));
}

}  // namespace
}  // namespace sluice::promql
