// Every complaint about a histogram, in Prometheus's words, and the edges on the valid side.
#include "proto/wire/validate_histogram.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/proto/wire/wire_support.h"

namespace sluice::wire {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Histogram custom() {
  Histogram histogram;
  histogram.integer = true;
  histogram.schema = kCustomBucketsSchema;
  histogram.custom_values = {1, 2};
  histogram.positive_spans = {{0, 3}};
  histogram.positive_buckets = {1, 1, 1};
  histogram.count = 3;
  return histogram;
}

struct Case {
  std::string name;
  Histogram histogram;
  std::function<void(Histogram&)> spoil;
  std::string complaint;  // "": valid
};
class ValidateHistogram : public ::testing::TestWithParam<Case> {};
TEST_P(ValidateHistogram, SaysWhatPrometheusSays) {
  Histogram histogram = GetParam().histogram;
  GetParam().spoil(histogram);
  EXPECT_EQ(validate_histogram(histogram).value_or(""), GetParam().complaint);
}

const Histogram kSmall = testing::small_histogram();
const Case kCases[] = {
    {"Valid", kSmall, [](Histogram&) {}, ""},
    {"ValidCustom", custom(), [](Histogram&) {}, ""},
    {"Schema9", kSmall, [](Histogram& h) { h.schema = 9; },
     "histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom "
     "buckets, got schema 9"},
    {"SchemaMinus5", kSmall, [](Histogram& h) { h.schema = -5; },
     "histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom "
     "buckets, got schema -5"},
    {"CountTooLow", kSmall, [](Histogram& h) { h.count = 11; },
     "12 observations found in buckets, but the Count field is 11: histogram's observation count should equal the "
     "number of observations found in the buckets (in absence of NaN)"},
    {"CountTooLowWithNanSum", kSmall, [](Histogram& h) { h.count = 11, h.sum = kNan; },
     "12 observations found in buckets, but the Count field is 11: histogram's observation count should be at least "
     "the number of observations found in the buckets"},
    {"NanSumExcusesMissingOnes", kSmall, [](Histogram& h) { h.count = 13, h.sum = kNan; }, ""},
    {"FloatsNeedNotAddUp", kSmall, [](Histogram& h) { h.count = 1, h.integer = false; }, ""},
    {"NegativeFloatCount", kSmall, [](Histogram& h) { h.count = -1, h.integer = false; },
     "observation count is -1: histogram's observation count is negative"},
    {"NegativeZeroBucket", kSmall, [](Histogram& h) { h.zero_count = -0.5, h.integer = false; },
     "zero bucket has observation count of -0.5: histogram has a bucket whose observation count is negative"},
    {"NegativeBucket", kSmall, [](Histogram& h) { h.positive_buckets[1] = -4; },
     "positive side: bucket number 2 has observation count of -4: histogram has a bucket whose observation count is "
     "negative"},
    {"NegativeBucketBelowZero", kSmall, [](Histogram& h) { h.negative_buckets[0] = -3; },
     "negative side: bucket number 1 has observation count of -3: histogram has a bucket whose observation count is "
     "negative"},
    {"NegativeOffset", kSmall, [](Histogram& h) { h.positive_spans[1].offset = -1; },
     "positive side: span number 2 with offset -1: histogram has a span whose offset is negative"},
    {"TooFewBuckets", kSmall, [](Histogram& h) { h.negative_spans[0].length = 2; },
     "negative side: spans need 2 buckets, have 1 buckets: histogram spans specify different number of buckets than "
     "provided"},
    {"SpansThatOverflow", kSmall,
     [](Histogram& h) {
       h.positive_spans = {{0, 0xffffffff}, {0, 0xffffffff}, {0, 5}};
     },
     "positive side: spans need 8589934595 buckets, have 3 buckets: histogram spans specify different number of "
     "buckets "
     "than provided"},
    {"IndexOutOfReach", kSmall, [](Histogram& h) { h.positive_spans[1].offset = 0x7fffffff; },
     "positive side: histogram has a bucket index above 1073741824"},
    {"CustomBoundsOnExponential", kSmall, [](Histogram& h) { h.custom_values = {1}; },
     "histogram with exponential schema must not have custom bounds"},
    {"CustomTooFewBounds", custom(), [](Histogram& h) { h.custom_values = {1}; },
     "custom buckets: only 1 custom bounds defined which is insufficient to cover total span length of 3: histogram "
     "custom bounds are too few"},
    {"CustomNotAscending", custom(),
     [](Histogram& h) {
       h.custom_values = {1, 1};
     },
     "custom buckets: previous bound is 1.000000 and current is 1.000000: histogram custom bounds must be in strictly "
     "increasing order"},
    {"CustomInfinite", custom(),
     [](Histogram& h) {
       h.custom_values = {1, kInf};
     },
     "custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite"},
    {"CustomNan", custom(),
     [](Histogram& h) {
       h.custom_values = {kNan, 1};
     },
     "custom buckets: histogram custom bounds must not be NaN"},
    {"CustomNegativeOffset", custom(),
     [](Histogram& h) {
       h.positive_spans = {{-1, 3}};
     },
     "custom buckets: span number 1 with offset -1: histogram has a span whose offset is negative"},
    {"CustomZeroCount", custom(), [](Histogram& h) { h.zero_count = 1; }, "custom buckets: must have zero count of 0"},
    {"CustomZeroThreshold", custom(), [](Histogram& h) { h.zero_threshold = 1; },
     "custom buckets: must have zero threshold of 0"},
    {"CustomNegativeSpans", custom(),
     [](Histogram& h) {
       h.negative_spans = {{0, 1}};
     },
     "custom buckets: must not have negative spans"},
    {"CustomNegativeBuckets", custom(), [](Histogram& h) { h.negative_buckets = {1}; },
     "custom buckets: must not have negative buckets"},
};
INSTANTIATE_TEST_SUITE_P(Cases, ValidateHistogram, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sluice::wire
