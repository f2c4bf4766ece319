// Native histograms of both versions become absolute counts; schemas that are too fine are reduced on arrival.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/wire/bytes.h"
#include "tests/proto/wire/wire_support.h"

namespace sluice::wire {
namespace {

using ::testing::ElementsAre;
using testing::kUpLabels;
using testing::must_decode;
using testing::small_histogram;

WriteBatch sent(Protocol protocol, const Histogram& histogram) {
  static std::string message;  // outlives the batch
  message.clear();
  const OutgoingHistogram histograms[] = {{1234, 0, &histogram}};
  const OutgoingData data{.histograms = histograms};
  SymbolDictionary dictionary;
  RequestBuilderV2 builder(dictionary);
  if (protocol == Protocol::remote_write_1) {
    append_series_v1(message, encode_labels_v1(kUpLabels), data);
  } else {
    builder.add(symbol_ids(dictionary, kUpLabels), data, nullptr);
    builder.finish(message);
  }
  return must_decode(protocol, message);
}

void expect_same(const Histogram& got, const Histogram& want) {
  EXPECT_EQ(got.integer, want.integer);
  EXPECT_EQ(got.hint, want.hint);
  EXPECT_EQ(got.schema, want.schema);
  EXPECT_EQ(got.zero_threshold, want.zero_threshold);
  EXPECT_EQ(got.zero_count, want.zero_count);
  EXPECT_EQ(got.count, want.count);
  EXPECT_EQ(got.sum, want.sum);
  EXPECT_EQ(got.positive_spans, want.positive_spans);
  EXPECT_EQ(got.positive_buckets, want.positive_buckets);
  EXPECT_EQ(got.negative_spans, want.negative_spans);
  EXPECT_EQ(got.negative_buckets, want.negative_buckets);
  EXPECT_EQ(got.custom_values, want.custom_values);
}

class HistogramOfBothVersions : public ::testing::TestWithParam<Protocol> {};
INSTANTIATE_TEST_SUITE_P(Versions, HistogramOfBothVersions,
                         ::testing::Values(Protocol::remote_write_1, Protocol::remote_write_2));

TEST_P(HistogramOfBothVersions, IntegerCountsBecomeAbsolute) {
  Histogram histogram = small_histogram();
  histogram.hint = CounterResetHint::not_reset;
  const WriteBatch batch = sent(GetParam(), histogram);
  ASSERT_EQ(batch.histograms.size(), 1u);
  EXPECT_EQ(batch.histograms[0].timestamp_ms, 1234);
  EXPECT_EQ(batch.histograms[0].series, 0u);
  expect_same(batch.histograms[0].histogram, histogram);
}

TEST_P(HistogramOfBothVersions, FloatCountsStayAsTheyAre) {
  Histogram histogram = small_histogram();
  histogram.integer = false;
  histogram.positive_buckets = {0.5, 1e300, 2.25};
  histogram.hint = CounterResetHint::gauge;
  expect_same(sent(GetParam(), histogram).histograms.at(0).histogram, histogram);
}

TEST_P(HistogramOfBothVersions, CustomBuckets) {
  Histogram histogram;
  histogram.schema = kCustomBucketsSchema;
  histogram.count = 10;
  histogram.sum = 3;
  histogram.custom_values = {-1, 0.5, 1e9};
  histogram.positive_spans = {{1, 3}};
  histogram.positive_buckets = {1, 4, 5};
  expect_same(sent(GetParam(), histogram).histograms.at(0).histogram, histogram);
}

TEST_P(HistogramOfBothVersions, AStaleMarkerIsAnEmptyHistogramWithAStaleSum) {
  Histogram histogram;
  histogram.integer = true;
  histogram.sum = stale_nan();
  EXPECT_TRUE(is_stale_nan(sent(GetParam(), histogram).histograms.at(0).histogram.sum));
}

TEST_P(HistogramOfBothVersions, FineSchemasAreReducedToEight) {
  Histogram histogram = small_histogram();
  histogram.schema = 9;
  histogram.positive_spans = {{1, 4}};  // buckets 1..4 of schema 9 are 1, 1, 2, 2 of schema 8
  histogram.positive_buckets = {1, 2, 3, 1};
  histogram.negative_spans = {};
  histogram.negative_buckets = {};
  histogram.count = 9;
  const WriteBatch batch = sent(GetParam(), histogram);
  const Histogram& got = batch.histograms.at(0).histogram;
  EXPECT_EQ(got.schema, 8);
  EXPECT_THAT(got.positive_spans, ElementsAre(BucketSpan{1, 2}));
  EXPECT_THAT(got.positive_buckets, ElementsAre(3, 4));
}

TEST_P(HistogramOfBothVersions, AnInvalidOneIsLeftOut) {
  Histogram histogram = small_histogram();
  histogram.count = 13;
  const WriteBatch batch = sent(GetParam(), histogram);
  EXPECT_TRUE(batch.histograms.empty());
  EXPECT_TRUE(batch.series.empty()) << "nothing of it is kept, so nobody needs to know it";
  ASSERT_EQ(batch.refused.size(), 1u);
  EXPECT_EQ(batch.refused[0].kind, RefusalKind::invalid_histogram);
  EXPECT_EQ(batch.refused[0].histograms, 1u);
  EXPECT_EQ(batch.refused[0].reason,
            "12 observations found in buckets, but the Count field is 13: histogram's observation count should equal "
            "the number of observations found in the buckets (in absence of NaN) for series "
            "{__name__=\"up\", instance=\"a:9090\", job=\"node\"}");
}

TEST(HistogramLimits, TooManyBucketsSpoilOnlyThatHistogram) {
  Histogram histogram = small_histogram();
  histogram.negative_spans = {};
  histogram.negative_buckets = {};
  histogram.positive_buckets.assign(50, 1);
  histogram.positive_spans = {{0, 50}};
  histogram.count = 52;
  const OutgoingHistogram histograms[] = {{1234, 0, &histogram}};
  const OutgoingSample samples[] = {{{1000, 1}, 0}};
  std::string message;
  append_series_v1(message, encode_labels_v1(kUpLabels), OutgoingData{.samples = samples, .histograms = histograms});
  for (const std::size_t limit : {10u, 49u, 50u}) {
    const WriteBatch batch = must_decode(Protocol::remote_write_1, message, {.histogram_buckets_max = limit});
    EXPECT_EQ(batch.samples.size(), 1u);
    EXPECT_EQ(batch.histograms.size(), limit == 50 ? 1u : 0u) << limit;
    if (limit == 50) continue;
    EXPECT_THAT(batch.refused.at(0).reason, ::testing::StartsWith("histogram has more than histogram_buckets_max = "));
  }
}

}  // namespace
}  // namespace sluice::wire
