// Addition and subtraction: layouts are brought together first, and the result says what had to be done.
#include <gtest/gtest.h>

#include "promql/histogram/float_histogram.h"
#include "tests/promql/histogram/literal.h"

namespace sluice::promql {
namespace {

using testing::h;

void expect_histogram(Histogram got, const std::string& want) {
  compact(got);
  Histogram expected = h(want);
  compact(expected);
  EXPECT_TRUE(equal(got, expected)) << text(got) << "\n" << text(expected);
}

// 1e16 swallows a single observation, but not two that came together.
TEST(HistogramAtSharedBounds, PoursBucketsTogetherOneAfterTheOther) {
  Histogram sum = h("schema:-53 count:1e16 sum:0 custom_values:[1] buckets:[0 1e16]");
  add(sum, h("schema:-53 count:2 sum:0 custom_values:[1 2] buckets:[0 1 1]"));
  EXPECT_EQ(sum.positive_buckets, std::vector<double>{1e16});
}

struct Sum {
  std::string name, a, b, expected;
};
class HistogramAdd : public ::testing::TestWithParam<Sum> {};
TEST_P(HistogramAdd, IsTheSameInBothOrdersAndUndoneBySubtraction) {
  const Sum& c = GetParam();
  Histogram ab = h(c.a), ba = h(c.b);
  EXPECT_TRUE(add(ab, h(c.b)).compatible);
  add(ba, h(c.a));
  expect_histogram(ab, c.expected);
  expect_histogram(ba, c.expected);
  subtract(ab, h(c.b));
  EXPECT_EQ(ab.count, h(c.a).count);
  EXPECT_EQ(ab.sum, h(c.a).sum);
}

const Sum kSums[] = {
    {"SameLayout", "count:3 sum:4 buckets:[1 2]", "count:7 sum:1 buckets:[3 4]", "count:10 sum:5 buckets:[4 6]"},
    {"OtherBuckets", "count:3 sum:4 buckets:[1 2] offset:-1 n_buckets:[1]", "count:7 sum:1 buckets:[3 4] offset:4",
     "count:10 sum:5 buckets:[1 2 0 0 0 3 4] offset:-1 n_buckets:[1]"},
    // (0.5,0.707] and (0.707,1] of schema 1 are (0.5,1] of schema 0; (1,1.41] and (1.41,2] are (1,2].
    {"OtherSchema", "schema:1 count:10 sum:0 buckets:[1 2 3 4] offset:-1", "schema:0 count:5 sum:0 buckets:[2 3]",
     "schema:0 count:15 sum:0 buckets:[5 10]"},
    // The larger threshold ends exactly at a bucket's edge: (0.25,0.5] is swallowed whole.
    {"OtherThreshold", "count:7 sum:0 z_bucket:1 z_bucket_w:0.5 buckets:[6]",
     "count:9 sum:0 z_bucket:2 z_bucket_w:0.001 buckets:[3 4] offset:-1",
     "count:16 sum:0 z_bucket:6 z_bucket_w:0.5 buckets:[10]"},
    // 0.75 cuts the populated bucket (0.5,1]: the threshold moves out to 1, and the other one follows.
    {"ThresholdInsideAPopulatedBucket", "count:7 sum:0 z_bucket:1 z_bucket_w:0.75 buckets:[6] offset:1",
     "count:9 sum:0 z_bucket:2 z_bucket_w:0.001 buckets:[3 4] offset:-1",
     "count:16 sum:0 z_bucket:10 z_bucket_w:1 buckets:[6] offset:1"},
    // On the negative side (-1,-0.5) is populated, which then also moves the positive side.
    {"ThresholdMovedByTheNegativeSide", "count:3 sum:0 z_bucket:1 z_bucket_w:0.75 buckets:[2] offset:1",
     "count:9 sum:0 z_bucket:2 z_bucket_w:0.001 buckets:[3] offset:-1 n_buckets:[4]",
     "count:12 sum:0 z_bucket:10 z_bucket_w:1 buckets:[2] offset:1"},
    {"CustomBuckets", "schema:-53 count:6 sum:1 custom_values:[1 2] buckets:[1 2 3]",
     "schema:-53 count:6 sum:1 custom_values:[1 2] buckets:[1 5] offset:1",
     "schema:-53 count:12 sum:2 custom_values:[1 2] buckets:[1 3 8]"},
    {"CustomBoundsThatDiffer", "schema:-53 count:10 sum:1 custom_values:[1 2 3] buckets:[1 2 3 4]",
     "schema:-53 count:6 sum:1 custom_values:[2 5] buckets:[1 2 3]",
     "schema:-53 count:16 sum:2 custom_values:[2] buckets:[4 12]"},
};
INSTANTIATE_TEST_SUITE_P(Sums, HistogramAdd, ::testing::ValuesIn(kSums),
                         [](const auto& info) { return info.param.name; });

TEST(HistogramCombine, SaysWhenBoundsWereReconciled) {
  Histogram a = h("schema:-53 custom_values:[1 2]"), b = h("schema:-53 custom_values:[1 2]");
  EXPECT_FALSE(add(a, b).bounds_reconciled);
  EXPECT_TRUE(add(a, h("schema:-53 custom_values:[1 3]")).bounds_reconciled);
}

TEST(HistogramCombine, RefusesExponentialWithCustom) {
  Histogram a = h("count:1 buckets:[1]");
  EXPECT_FALSE(add(a, h("schema:-53 custom_values:[1]")).compatible);
  EXPECT_EQ(a.count, 1);
}

struct Hints {
  CounterResetHint a, b, expected;
  bool collide;
};
TEST(HistogramCombine, Hints) {
  using enum CounterResetHint;
  const Hints cases[] = {
      {unknown, unknown, unknown, false}, {reset, reset, reset, false},     {not_reset, not_reset, not_reset, false},
      {gauge, gauge, gauge, false},       {gauge, reset, gauge, false},     {gauge, unknown, gauge, false},
      {unknown, reset, unknown, false},   {reset, not_reset, unknown, true}};
  for (const Hints& c : cases) {
    for (const bool swapped : {false, true}) {
      Histogram a, b;
      a.hint = swapped ? c.b : c.a;
      b.hint = swapped ? c.a : c.b;
      EXPECT_EQ(add(a, b).reset_collision, c.collide);
      EXPECT_EQ(a.hint, c.expected);
    }
  }
}

TEST(HistogramCombine, ThresholdsThatAreNotNumbersDoNotHang) {
  Histogram a = h("z_bucket_w:NaN buckets:[1]");
  EXPECT_TRUE(add(a, h("z_bucket_w:1 buckets:[1]")).compatible);
  Histogram b = h("z_bucket_w:1 buckets:[1]");
  EXPECT_TRUE(add(b, h("z_bucket_w:Inf buckets:[1]")).compatible);
}

}  // namespace
}  // namespace sluice::promql
