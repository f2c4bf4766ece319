// The encoders against libprotobuf: what we write, the generated decoder reads.
#include <gtest/gtest.h>

#include <cmath>

#include <google/protobuf/unknown_field_set.h>

#include "proto/wire/remote_write_v1.pb.h"
#include "proto/wire/remote_write_v2.pb.h"
#include "tests/proto/wire/wire_support.h"

namespace sluice::wire {
namespace {

using testing::kUpLabels;

const OutgoingSample kSamples[] = {{{1'700'000'000'123, 1.5}, 0}, {{-1, -0.0}, 0}, {{0, 0}, 0}};
const Exemplar kExemplars[] = {{{{"trace_id", "abc"}}, 77, 0.25}};

TEST(EncodeV1, IsReadByLibprotobuf) {
  std::string message;
  append_series_v1(message, encode_labels_v1(kUpLabels), kSamples[0].sample);
  append_series_v1(message, encode_labels_v1(kUpLabels), {kSamples, {}, kExemplars});
  append_metadata_v1(message, {"up", MetricType::gauge, "help", "unit"});
  prometheus::WriteRequest request;
  ASSERT_TRUE(request.ParseFromString(message));
  ASSERT_EQ(request.timeseries_size(), 2);
  for (const auto& series : request.timeseries()) {
    ASSERT_EQ(series.labels_size(), 3);
    EXPECT_EQ(series.labels(1).name(), "instance");
    EXPECT_EQ(series.labels(1).value(), "a:9090");
    EXPECT_EQ(series.samples(0).timestamp(), 1'700'000'000'123);
    EXPECT_EQ(series.samples(0).value(), 1.5);
  }
  ASSERT_EQ(request.timeseries(1).samples_size(), 3);
  EXPECT_EQ(request.timeseries(1).samples(1).timestamp(), -1);
  EXPECT_TRUE(std::signbit(request.timeseries(1).samples(1).value()));
  EXPECT_EQ(request.timeseries(1).exemplars(0).labels(0).value(), "abc");
  EXPECT_EQ(request.timeseries(1).exemplars(0).timestamp(), 77);
  EXPECT_EQ(request.metadata(0).help(), "help");
}

TEST(EncodeV1, HistogramsAreWrittenAsDeltas) {
  const Histogram histogram = testing::small_histogram();
  const OutgoingHistogram histograms[] = {{5, 4, &histogram}};
  std::string message;
  append_series_v1(message, encode_labels_v1(kUpLabels), OutgoingData{.histograms = histograms});
  prometheus::WriteRequest request;
  ASSERT_TRUE(request.ParseFromString(message));
  const auto& got = request.timeseries(0).histograms(0);
  EXPECT_EQ(got.count_int(), 12u);
  EXPECT_EQ(got.zero_count_int(), 2u);
  EXPECT_EQ(got.schema(), 1);
  ASSERT_EQ(got.positive_deltas_size(), 3);
  EXPECT_EQ(got.positive_deltas(0), 1);
  EXPECT_EQ(got.positive_deltas(1), 3);
  EXPECT_EQ(got.positive_deltas(2), -2);
  EXPECT_EQ(got.positive_spans(0).offset(), -1);
  EXPECT_EQ(got.positive_spans(1).offset(), 3);
  EXPECT_EQ(got.timestamp(), 5);
  const auto* reflection = got.GetReflection();
  EXPECT_TRUE(reflection->GetUnknownFields(got).empty()) << "1.0 has no start timestamp";
}

TEST(EncodeV2, IsReadByLibprotobuf) {
  SymbolDictionary dictionary;
  dictionary.id("a string that no series of this request needs");
  RequestBuilderV2 builder(dictionary);
  const OutgoingSample samples[] = {{{10, 1}, 5}};
  const OutgoingMetadata metadata{MetricType::counter, dictionary.id("help"), dictionary.id("")};
  builder.add(symbol_ids(dictionary, kUpLabels), {samples, {}, kExemplars}, &metadata);
  std::string message;
  builder.finish(message);
  io::prometheus::write::v2::Request request;
  ASSERT_TRUE(request.ParseFromString(message));
  EXPECT_EQ(request.symbols(0), "");
  EXPECT_EQ(request.symbols_size(), 1 + 6 + 2 + 1) << "empty, labels, the exemplar's label, help";
  const auto& series = request.timeseries(0);
  EXPECT_EQ(request.symbols(static_cast<int>(series.labels_refs(2))), "instance");
  EXPECT_EQ(series.samples(0).start_timestamp(), 5);
  EXPECT_EQ(request.symbols(static_cast<int>(series.exemplars(0).labels_refs(1))), "abc");
  EXPECT_EQ(request.symbols(static_cast<int>(series.metadata().help_ref())), "help");
  EXPECT_EQ(series.metadata().unit_ref(), 0u);
}

}  // namespace
}  // namespace sluice::wire
