#include <gtest/gtest.h>

#include "promql/histogram/float_histogram.h"
#include "tests/promql/histogram/literal.h"

namespace sluice::promql {
namespace {

using testing::h;

struct Case {
  std::string name, previous, current;
  bool reset;
};
class CounterReset : public ::testing::TestWithParam<Case> {};
TEST_P(CounterReset, IsSeen) {
  EXPECT_EQ(counter_reset(h(GetParam().current), h(GetParam().previous)), GetParam().reset);
}

const Case kCases[] = {
    {"Grown", "count:3 buckets:[1 2]", "count:5 buckets:[1 3 1]", false},
    {"HintSaysReset", "count:3 buckets:[1 2]", "count:5 buckets:[1 3 1] counter_reset_hint:reset", true},
    {"HintSaysNot", "count:3 buckets:[1 2]", "count:1 buckets:[1] counter_reset_hint:not_reset", false},
    {"CountFell", "count:3 buckets:[1 2]", "count:2 buckets:[1 2]", true},
    {"BucketFell", "count:3 buckets:[1 2]", "count:9 buckets:[0 9]", true},
    {"BucketVanished", "count:3 buckets:[1 2]", "count:9 buckets:[9] offset:1", true},
    {"EmptyBucketVanished", "count:2 buckets:[0 2]", "count:9 buckets:[9] offset:1", false},
    {"NegativeBucketFell", "count:3 n_buckets:[1 2]", "count:9 n_buckets:[9]", true},
    {"SchemaGrew", "schema:0 count:3 buckets:[1 2]", "schema:1 count:9 buckets:[9 9]", true},
    {"SchemaFell", "schema:1 count:3 buckets:[1 2] offset:1", "schema:0 count:3 buckets:[3] offset:1", false},
    {"SchemaFellAndABucketToo", "schema:1 count:3 buckets:[1 2] offset:1", "schema:0 count:3 buckets:[2] offset:1",
     true},
    {"ThresholdFell", "z_bucket_w:0.1 count:1 z_bucket:1", "z_bucket_w:0.01 count:1 z_bucket:1", true},
    {"ThresholdGrew", "z_bucket_w:0.1 count:3 z_bucket:1 buckets:[2] offset:-1", "z_bucket_w:0.5 count:3 z_bucket:3",
     false},
    {"ThresholdGrewAndZeroCountFell", "z_bucket_w:0.1 count:3 z_bucket:1 buckets:[2] offset:-1",
     "z_bucket_w:0.5 count:3 z_bucket:2 buckets:[1]", true},
    {"ThresholdInsideAPopulatedBucket", "z_bucket_w:0.1 count:3 z_bucket:1 buckets:[2] offset:-1",
     "z_bucket_w:0.4 count:9 z_bucket:9", true},
    {"CustomAfterExponential", "count:1 buckets:[1]", "schema:-53 count:1 custom_values:[1] buckets:[1]", true},
    {"ExponentialAfterCustom", "schema:-53 count:1 custom_values:[1] buckets:[1]", "count:1 buckets:[1]", true},
    {"CustomGrown", "schema:-53 count:1 custom_values:[1] buckets:[1]",
     "schema:-53 count:2 custom_values:[1] buckets:[1 1]", false},
    {"CustomFell", "schema:-53 count:1 custom_values:[1] buckets:[1]",
     "schema:-53 count:2 custom_values:[1] buckets:[0 2]", true},
    {"OtherBoundsGrown", "schema:-53 count:3 custom_values:[1 2] buckets:[1 1 1]",
     "schema:-53 count:4 custom_values:[2 3] buckets:[2 1 1]", false},
    {"OtherBoundsFell", "schema:-53 count:3 custom_values:[1 2] buckets:[1 1 1]",
     "schema:-53 count:4 custom_values:[2 3] buckets:[1 2 1]", true},
};
INSTANTIATE_TEST_SUITE_P(Pairs, CounterReset, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sluice::promql
