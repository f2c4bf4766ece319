// Remote write 1.0: what the fast path for Prometheus's own layout and the general walk make of a message.
#include <gtest/gtest.h>

#include <bit>

#include "proto/wire/bytes.h"
#include "tests/proto/wire/wire_support.h"

namespace sluice::wire {
namespace {

using testing::kUpLabels;
using testing::labels_text;
using testing::must_decode;

constexpr auto kV1 = Protocol::remote_write_1;
const std::string kUpText = "__name__=up;instance=a:9090;job=node;";

std::string up_series(Sample sample) {
  std::string message;
  append_series_v1(message, encode_labels_v1(kUpLabels), sample);
  return message;
}

TEST(DecodeV1, AnEmptyMessageIsAnEmptyBatch) { EXPECT_TRUE(must_decode(kV1, "").series.empty()); }

TEST(DecodeV1, OneSampleAfterItsLabels) {
  const std::string message = up_series({1'700'000'000'123, 1.5});
  const WriteBatch batch = must_decode(kV1, message);
  ASSERT_EQ(batch.series.size(), 1u);
  EXPECT_EQ(labels_text(batch, 0), kUpText);
  ASSERT_EQ(batch.series[0].sample_count, 1u);
  EXPECT_EQ(batch.samples[0].timestamp_ms, 1'700'000'000'123);
  EXPECT_EQ(batch.samples[0].value, 1.5);
}

TEST(DecodeV1, OneSeriesHasOneSpellingWhateverItsSampleLooksLike) {
  const Sample samples[] = {{1'700'000'000'123, 1.5}, {1'700'000'000'123, 0}, {0, 7}, {-5, 7}, {0, 0}, {1, -0.0}};
  std::string message;
  for (const Sample sample : samples) message += up_series(sample);
  const WriteBatch batch = must_decode(kV1, message);
  ASSERT_EQ(batch.series.size(), std::size(samples));
  for (std::size_t i = 0; i < std::size(samples); ++i) {
    EXPECT_EQ(batch.series[i].spelling, batch.series[0].spelling) << i;
    const Sample& got = batch.samples[batch.series[i].first_sample];
    EXPECT_EQ(got.timestamp_ms, samples[i].timestamp_ms) << i;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(got.value), std::bit_cast<std::uint64_t>(samples[i].value)) << i;
  }
}

TEST(DecodeV1, StaleMarkersKeepTheirBits) {
  const std::string message = up_series({1'700'000'000'123, stale_nan()});
  EXPECT_TRUE(is_stale_nan(must_decode(kV1, message).samples.at(0).value));
}

TEST(DecodeV1, OtherLabelsAreAnotherSpelling) {
  std::string message = up_series({1'700'000'000'123, 1});
  const std::vector<LabelRef> down = {{"__name__", "up"}, {"instance", "a:9091"}, {"job", "node"}};
  append_series_v1(message, encode_labels_v1(down), Sample{1'700'000'000'123, 1});
  const WriteBatch batch = must_decode(kV1, message);
  EXPECT_NE(batch.series.at(0).spelling, batch.series.at(1).spelling);
}

TEST(DecodeV1, AnotherKeyIsAnotherSpelling) {
  const std::string message = up_series({1'700'000'000'123, 1});
  WriteBatch one, two, random;
  ASSERT_TRUE(decode(kV1, message, {}, SpellingKey(1), one));
  ASSERT_TRUE(decode(kV1, message, {}, SpellingKey(2), two));
  ASSERT_TRUE(decode(kV1, message, {}, SpellingKey::random(), random));
  EXPECT_NE(one.series[0].spelling, two.series[0].spelling);
  EXPECT_NE(one.series[0].spelling, random.series[0].spelling);
}

TEST(DecodeV1, SeveralSamplesOfOneSeriesStayTogetherAndInOrder) {
  const OutgoingSample samples[] = {{{10, 1}, 0}, {{20, 2}, 0}, {{30, 3}, 0}};
  std::string message = up_series({1'700'000'000'123, 9});
  append_series_v1(message, encode_labels_v1(kUpLabels), OutgoingData{.samples = samples});
  const WriteBatch batch = must_decode(kV1, message);
  ASSERT_EQ(batch.series.at(1).sample_count, 3u);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(batch.samples[batch.series[1].first_sample + i].timestamp_ms, samples[i].sample.timestamp_ms);
}

// Field order is free in protobuf: labels may be anywhere among the samples.
std::string scattered_series() {
  const auto label = [](std::size_t i) { return encode_labels_v1(std::span(kUpLabels).subspan(i, 1)); };
  const auto sample = [](std::string_view timestamp_varint) { return "\x12\x02\x10" + std::string(timestamp_varint); };
  std::string message;
  put_bytes_field(message, 1, label(0) + sample("\x01") + label(1) + sample("\x02") + label(2));
  return message;
}

TEST(DecodeV1, ScatteredLabelsAreJoinedAndSpellTheSame) {
  std::string message = up_series({1'700'000'000'123, 1}) + scattered_series() + scattered_series();
  const WriteBatch batch = must_decode(kV1, message);
  ASSERT_EQ(batch.series.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(labels_text(batch, i), kUpText) << i;
    EXPECT_EQ(batch.series[i].spelling, batch.series[0].spelling) << i;
    EXPECT_EQ((batch.series[i].labels_offset & kJoinedLabels) != 0, i > 0) << i;
  }
  EXPECT_EQ(batch.series[1].sample_count, 2u);
}

TEST(DecodeV1, LongLabelValuesAreRead) {
  const std::string value(40'000, 'v');
  const std::vector<LabelRef> labels = {{"__name__", "up"}, {"long", value}};
  std::string message;
  append_series_v1(message, encode_labels_v1(labels), Sample{1'700'000'000'123, 1});
  EXPECT_EQ(labels_text(must_decode(kV1, message), 0), "__name__=up;long=" + value + ";");
}

TEST(DecodeV1, UnknownFieldsAreSkipped) {
  std::string sample = "\x09" + std::string(8, '\0') + "\x10\x05";
  sample +=
      "\x19" + std::string(8, 'x') + "\x25" + std::string(4, 'x') + "\x32\x01x" + "\x38\x7f";  // fields 3, 4, 6, 7
  std::string series = encode_labels_v1(kUpLabels);
  put_bytes_field(series, 2, sample);
  put_varint_field(series, 6, 1'700'000'000'000);
  std::string message;
  put_bytes_field(message, 1, series);
  message += "\x53\x58\x01\x5b\x5c\x54";  // field 10: a group with a varint and a nested group in it
  put_bytes_field(message, 2, "reserved");
  const WriteBatch batch = must_decode(kV1, message);
  EXPECT_EQ(labels_text(batch, 0), kUpText);
  EXPECT_EQ(batch.samples.at(0).timestamp_ms, 5);
}

TEST(DecodeV1, MetadataComesWithoutSeries) {
  std::string message;
  append_metadata_v1(message, {"http_requests_total", MetricType::counter, "Requests.", "requests"});
  const WriteBatch batch = must_decode(kV1, message);
  EXPECT_TRUE(batch.series.empty());
  ASSERT_EQ(batch.metadata.size(), 1u);
  EXPECT_EQ(batch.metadata[0].metric, "http_requests_total");
  EXPECT_EQ(batch.metadata[0].type, MetricType::counter);
  EXPECT_EQ(batch.metadata[0].help, "Requests.");
  EXPECT_EQ(batch.metadata[0].unit, "requests");
}

TEST(DecodeV1, ASeriesMayCarryOnlyAnExemplar) {
  const Exemplar exemplars[] = {{{{"trace_id", "abc"}}, 1234, 0.25}};
  std::string message;
  append_series_v1(message, encode_labels_v1(kUpLabels), OutgoingData{.exemplars = exemplars});
  const WriteBatch batch = must_decode(kV1, message);
  ASSERT_EQ(batch.series.size(), 1u);
  EXPECT_EQ(batch.series[0].sample_count, 0u);
  ASSERT_EQ(batch.exemplars.size(), 1u);
  EXPECT_EQ(batch.exemplars[0].series, 0u);
  EXPECT_EQ(batch.exemplars[0].exemplar.labels, exemplars[0].labels);
  EXPECT_EQ(batch.exemplars[0].exemplar.timestamp_ms, 1234);
  EXPECT_EQ(batch.exemplars[0].exemplar.value, 0.25);
}

TEST(DecodeV1, ASeriesWithoutDataIsIgnored) {
  std::string message;
  append_series_v1(message, encode_labels_v1(kUpLabels), OutgoingData{});
  message += up_series({1'700'000'000'123, 1});
  const WriteBatch batch = must_decode(kV1, message);
  EXPECT_EQ(batch.series.size(), 1u);
  EXPECT_EQ(batch.refused_count, 0u);
}

TEST(DecodeV1, ABatchIsReusable) {
  WriteBatch batch;
  const std::string first = up_series({1'700'000'000'123, 1}) + scattered_series();
  const std::string second = up_series({1'700'000'000'456, 2});
  ASSERT_TRUE(decode(kV1, first, {}, testing::kKey, batch));
  ASSERT_TRUE(decode(kV1, second, {}, testing::kKey, batch));
  ASSERT_EQ(batch.series.size(), 1u);
  EXPECT_EQ(batch.samples.at(0).value, 2);
  EXPECT_TRUE(batch.label_scratch.empty());
}

}  // namespace
}  // namespace sluice::wire
