// Remote write 2.0: references, spellings that do not depend on the request's symbol numbers, metadata, start times.
#include <gtest/gtest.h>

#include "proto/wire/bytes.h"
#include "tests/proto/wire/wire_support.h"

namespace sluice::wire {
namespace {

using testing::kUpLabels;
using testing::labels_text;
using testing::must_decode;

constexpr auto kV2 = Protocol::remote_write_2;
const std::string kUpText = "__name__=up;instance=a:9090;job=node;";

class DecodeV2 : public ::testing::Test {
 protected:
  std::vector<std::uint32_t> ids(std::span<const LabelRef> labels) { return symbol_ids(dictionary_, labels); }
  const std::string& message() {
    builder_.finish(message_);
    return message_;
  }
  SymbolDictionary dictionary_;
  RequestBuilderV2 builder_{dictionary_};
  std::string message_;
};

TEST_F(DecodeV2, OneSample) {
  builder_.add(ids(kUpLabels), {1'700'000'000'123, 1.5});
  const WriteBatch batch = must_decode(kV2, message());
  ASSERT_EQ(batch.series.size(), 1u);
  EXPECT_EQ(labels_text(batch, 0), kUpText);
  EXPECT_EQ(batch.samples.at(0).timestamp_ms, 1'700'000'000'123);
  EXPECT_EQ(batch.samples.at(0).value, 1.5);
  EXPECT_EQ(batch.refused_count, 0u);
}

TEST_F(DecodeV2, ASpellingIsTheSameInEveryRequest) {
  builder_.add(ids(kUpLabels), {1, 1});
  const WriteBatch alone = must_decode(kV2, message());
  const Spelling spelling = alone.series.at(0).spelling;

  const std::vector<LabelRef> other = {{"__name__", "down"}, {"zone", "b"}};
  builder_.clear();
  builder_.add(ids(other), {1, 1});  // takes the low symbol numbers
  builder_.add(ids(kUpLabels), {2, 1});
  const WriteBatch later = must_decode(kV2, message());
  EXPECT_EQ(later.series.at(1).spelling, spelling);
  EXPECT_NE(later.series.at(0).spelling, spelling);
}

TEST_F(DecodeV2, NameAndValueDoNotExchange) {
  const std::vector<LabelRef> ab = {{"a", "b"}}, ba = {{"b", "a"}};
  builder_.add(ids(ab), {1, 1});
  builder_.add(ids(ba), {1, 1});
  const WriteBatch batch = must_decode(kV2, message());
  EXPECT_NE(batch.series.at(0).spelling, batch.series.at(1).spelling);
}

// The same series with references that are not packed, and with symbols after the series that needs them.
TEST_F(DecodeV2, LooseReferencesAndLateSymbolsAreLegal) {
  std::string series, message;
  put_varint_field(series, 1, 1);
  put_varint_field(series, 1, 2);
  put_bytes_field(series, 2, "\x10\x07");
  put_bytes_field(series, 1, "\x01\x03");
  put_bytes_field(message, 5, series);
  for (const std::string_view symbol : {"", "name", "one", "two"}) put_bytes_field(message, 4, symbol);
  const WriteBatch batch = must_decode(kV2, message);
  EXPECT_EQ(labels_text(batch, 0), "name=one;name=two;");
  EXPECT_NE(batch.series.at(0).labels_offset & kJoinedLabels, 0u);
  EXPECT_EQ(batch.samples.at(0).timestamp_ms, 7);
}

TEST_F(DecodeV2, StartTimestampsAreKeptWhereTheyAreSet) {
  const OutgoingSample samples[] = {{{1000, 1}, 500}, {{2000, 2}, 0}, {{3000, 3}, 2500}};
  const Histogram histogram = testing::small_histogram();
  const OutgoingHistogram histograms[] = {{4000, 3500, &histogram}};
  builder_.add(ids(kUpLabels), OutgoingData{.samples = samples, .histograms = histograms}, nullptr);
  const WriteBatch batch = must_decode(kV2, message());
  ASSERT_EQ(batch.starts.size(), 2u);
  EXPECT_EQ(batch.starts[0].sample, 0u);
  EXPECT_EQ(batch.starts[0].start_ms, 500);
  EXPECT_EQ(batch.starts[1].sample, 2u);
  EXPECT_EQ(batch.starts[1].start_ms, 2500);
  EXPECT_EQ(batch.histograms.at(0).start_ms, 3500);
}

TEST_F(DecodeV2, CreatedTimestampOfOldSendersIsSkipped) {
  std::string series = "\x0a\x02\x01\x02";
  put_bytes_field(series, 2, "\x10\x07");
  put_varint_field(series, 6, 1'700'000'000'000);
  std::string message;
  for (const std::string_view symbol : {"", "__name__", "up"}) put_bytes_field(message, 4, symbol);
  put_bytes_field(message, 5, series);
  const WriteBatch batch = must_decode(kV2, message);
  EXPECT_EQ(labels_text(batch, 0), "__name__=up;");
  EXPECT_TRUE(batch.starts.empty());
}

TEST_F(DecodeV2, MetadataIsTakenOncePerMetric) {
  const OutgoingSample samples[] = {{{1000, 1}, 0}};
  const OutgoingMetadata metadata{MetricType::gauge, dictionary_.id("Is it up?"), dictionary_.id("")};
  const std::vector<LabelRef> other_instance = {{"__name__", "up"}, {"instance", "b:9090"}};
  builder_.add(ids(kUpLabels), OutgoingData{.samples = samples}, &metadata);
  builder_.add(ids(other_instance), OutgoingData{.samples = samples}, &metadata);
  const WriteBatch batch = must_decode(kV2, message());
  ASSERT_EQ(batch.series.size(), 2u);
  ASSERT_EQ(batch.metadata.size(), 1u);
  EXPECT_EQ(batch.metadata[0].metric, "up");
  EXPECT_EQ(batch.metadata[0].type, MetricType::gauge);
  EXPECT_EQ(batch.metadata[0].help, "Is it up?");
  EXPECT_EQ(batch.metadata[0].unit, "");
}

TEST_F(DecodeV2, ExemplarsResolveTheirLabels) {
  const OutgoingSample samples[] = {{{1000, 1}, 0}};
  const Exemplar exemplars[] = {{{{"trace_id", "abc"}, {"span", "7"}}, 900, 0.5}, {{}, 901, 0.75}};
  builder_.add(ids(kUpLabels), OutgoingData{.samples = samples, .exemplars = exemplars}, nullptr);
  const WriteBatch batch = must_decode(kV2, message());
  ASSERT_EQ(batch.exemplars.size(), 2u);
  EXPECT_EQ(batch.exemplars[0].exemplar.labels, exemplars[0].labels);
  EXPECT_TRUE(batch.exemplars[1].exemplar.labels.empty());
  EXPECT_EQ(batch.exemplars[1].exemplar.timestamp_ms, 901);
}

TEST_F(DecodeV2, AnExemplarMayComeAloneAsPrometheus3SendsIt) {
  const Exemplar exemplars[] = {{{{"trace_id", "abc"}}, 900, 0.5}};
  builder_.add(ids(kUpLabels), OutgoingData{.exemplars = exemplars}, nullptr);
  const WriteBatch batch = must_decode(kV2, message());
  EXPECT_EQ(batch.refused_count, 0u);
  ASSERT_EQ(batch.series.size(), 1u);
  EXPECT_EQ(batch.exemplars.size(), 1u);
}

}  // namespace
}  // namespace sluice::wire
