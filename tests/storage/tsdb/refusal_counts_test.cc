// Goal: a refusal is counted under its own reason, also when the decoder has long stopped listing it.
#include "proto/wire/bytes.h"
#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

std::string field(std::uint32_t number, std::string_view bytes) {
  std::string out;
  wire::put_bytes_field(out, number, bytes);
  return out;
}

std::string refs(std::initializer_list<char> all) { return field(1, std::string(all)); }

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

const std::string kSymbols = field(4, "") + field(4, "__name__") + field(4, "up");
const std::string kSample = field(2, "");  // 0 at 0
const std::string kBadHistogram = field(3, std::string("\x08\x05", 2));
const std::string kBadExemplar = field(4, field(1, std::string("\x01", 1)));
const std::string kExemplar = field(4, "");

TEST_F(TsdbTest, RefusalsOfTheDecoderAreCountedUnderTheirOwnReasonHoweverMany) {
  const int many = static_cast<int>(wire::DecodeLimits().refusals_max) + 50;
  const std::string message = kSymbols + field(5, refs({1, 2}) + kSample + repeat(kBadHistogram, many)) +
                              field(5, refs({1, 2}) + kSample + repeat(kBadExemplar, many + 1)) +
                              repeat(field(5, refs({1}) + kSample + kSample), many) +
                              repeat(field(5, refs({1, 2})), many + 3) +
                              field(5, field(1, std::string(2050, '\x01')) + kSample);
  limits.retention_ms = clock.now + 1;  // samples at 0 are welcome
  const auto request = decode_request(message, wire::Protocol::remote_write_2);
  const auto report = tsdb->append(tenant("a"), request->batch, limits);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(refused(*report, Refusal::invalid_histogram), static_cast<std::uint64_t>(many));
  EXPECT_EQ(refused(*report, Refusal::malformed_exemplar), static_cast<std::uint64_t>(many + 1));
  EXPECT_EQ(refused(*report, Refusal::malformed_series), static_cast<std::uint64_t>(2 * many)) << "two samples each";
  EXPECT_EQ(refused(*report, Refusal::no_samples), static_cast<std::uint64_t>(many + 3));
  EXPECT_EQ(refused(*report, Refusal::label_limit), 1u);
  EXPECT_EQ(report->refused_total(), static_cast<std::uint64_t>(5 * many + 5));
  EXPECT_EQ(report->samples_written, 2u);
}

TEST_F(TsdbTest, ASeriesWhoseHistogramIsRefusedButWhoseExemplarIsKeptIsNotEmpty) {
  const auto request =
      decode_request(kSymbols + field(5, refs({1, 2}) + kBadHistogram + kExemplar), wire::Protocol::remote_write_2);
  const auto report = tsdb->append(tenant("a"), request->batch, limits);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(refused(*report, Refusal::invalid_histogram), 1u);
  EXPECT_EQ(report->refused_total(), 1u);
  EXPECT_EQ(report->exemplars_written, 1u);
}

TEST_F(TsdbTest, WhatARefusedSeriesBringsIsCountedWhateverItIs) {
  Histogram histogram;
  histogram.integer = true;
  const Labels nameless = Labels::sorted({{"a", "1"}});
  const Exemplar exemplar{{{"trace_id", "x"}}, t0, 1};
  const auto report = write("a", {{nameless, {{t0, 1}, {t0 + 1, 1}}, {{t0, 0, &histogram}}, {exemplar}}});
  EXPECT_EQ(refused(report, Refusal::invalid_labels), 4u);
}

TEST_F(TsdbTest, MoreLabelsThanAnySeriesMayHaveIsALimitAlsoIn1_0) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i <= wire::kLabelsPerSeriesMax; ++i) labels.push_back({"l" + std::to_string(i), "v"});
  const auto report = write("a", {{series("up", labels), {{t0, 1}}}});
  EXPECT_EQ(refused(report, Refusal::label_limit), 1u);
  EXPECT_NE(report.examples.at(0).find("more than 1024 labels"), std::string::npos) << report.examples.at(0);
}

TEST_F(TsdbTest, MetadataBeyondTheLimitIsRefusedByNameAndTheSamplesAreKept) {
  limits.metadata_metrics_max = 1;
  std::string message;
  for (const char* metric : {"one", "two", "three"}) {
    wire::append_metadata_v1(message, {metric, MetricType::gauge, "help", ""});
  }
  const std::vector<wire::OutgoingSample> samples{{{t0, 1}}};
  wire::append_series_v1(message, wire::encode_labels_v1(series("up")), {samples, {}, {}});
  const auto request = decode_request(message, wire::Protocol::remote_write_1);
  const auto report = tsdb->append(tenant("a"), request->batch, limits);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->samples_written, 1u);
  EXPECT_EQ(refused(*report, Refusal::metadata_limit), 2u);
  EXPECT_EQ(report->examples,
            (std::vector<std::string>{"metadata limit reached: metadata_metrics_max is 1: raise "
                                      "limits.metadata_metrics_max of this tenant or send metadata of fewer metrics; "
                                      "metric \"two\""}));
  EXPECT_EQ(tsdb->metadata(tenant("a")).size(), 1u);
  EXPECT_EQ(read("a").size(), 1u);
}

}  // namespace
}  // namespace sluice::storage
