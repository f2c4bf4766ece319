// Pushes of classic histograms on their way to a storage that remembers what it was given.
#include "server/ingest/classic_histograms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/wire/encode.h"
#include "server/ingest/classic_part.h"
#include "tests/server/ingest/fake_tsdb.h"

namespace sluice::server {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

struct Line {
  std::vector<Label> labels;
  std::int64_t at;
  double value;
};

std::vector<Line> scrape(std::int64_t at) {
  return {{{{"__name__", "x_bucket"}, {"job", "a"}, {"le", "0.5"}}, at, 1},
          {{{"__name__", "x_bucket"}, {"job", "a"}, {"le", "+Inf"}}, at, 3},
          {{{"__name__", "x_sum"}, {"job", "a"}}, at, 5},
          {{{"__name__", "x_count"}, {"job", "a"}}, at, 3},
          {{{"__name__", "up"}, {"job", "a"}}, at, 1}};
}

class ClassicHistogramsTest : public testing::Test {
 protected:
  ClassicHistogramsTest() {
    limits.classic_histograms_to_nhcb = true;
    tsdb.answer = [this](const wire::WriteBatch& batch) { return remember(batch); };
  }

  Result<storage::WriteReport> push(const std::vector<Line>& lines, const std::vector<Exemplar>& exemplars = {}) {
    std::string message;
    for (const Line& line : lines) {
      const wire::OutgoingSample sample{{line.at, line.value}};
      const bool with_exemplars = line.labels[0].value == "x_bucket";
      wire::append_series_v1(
          message, wire::encode_labels_v1(Labels::sorted(line.labels)),
          {.samples = {&sample, 1}, .exemplars = with_exemplars ? std::span(exemplars) : std::span<const Exemplar>()});
    }
    wire::WriteBatch batch;
    batch.message = message;
    EXPECT_TRUE(wire::decode(wire::Protocol::remote_write_1, message, {}, key, batch).has_value());
    stored.clear();
    return histograms.append(*TenantId::parse("t"), batch, limits);
  }
  void learn() {
    for (const std::int64_t at : {1, 2, 3}) ASSERT_TRUE(push(scrape(at)).has_value());
  }

  // What it was given, as `name@time`, histograms with a star.
  Result<storage::WriteReport> remember(const wire::WriteBatch& batch) {
    storage::WriteReport report;
    if (broken) return fail(Errc::unavailable, "the disk is full");
    const auto name_of = [&](std::uint32_t series) {
      std::vector<LabelRef> labels;
      EXPECT_TRUE(wire::decode_labels(batch, batch.series[series], labels).has_value());
      for (const LabelRef& label : labels)
        if (label.name == "__name__") return std::string(label.value);
      return std::string();
    };
    for (std::uint32_t i = 0; i < batch.series.size(); ++i)
      for (std::uint32_t k = 0; k < batch.series[i].sample_count; ++k, ++report.samples_written)
        stored.push_back(name_of(i) + "@" +
                         std::to_string(batch.samples[batch.series[i].first_sample + k].timestamp_ms));
    for (const auto& histogram : batch.histograms) {
      stored.push_back(name_of(histogram.series) + "*@" + std::to_string(histogram.timestamp_ms));
      if (refuse_histograms) ++report.refused[0];
    }
    return report;
  }

  const wire::SpellingKey key{1};
  storage::FakeTsdb tsdb;
  TenantLimits limits;
  ClassicHistograms histograms{tsdb, key};
  std::vector<std::string> stored;
  bool broken = false, refuse_histograms = false;
};

TEST_F(ClassicHistogramsTest, AreStoredBesideTheClassicOnes) {
  learn();
  ASSERT_TRUE(push(scrape(4)).has_value());
  EXPECT_THAT(stored, UnorderedElementsAre("x*@4", "x_bucket@4", "x_bucket@4", "x_sum@4", "x_count@4", "up@4"));
  EXPECT_EQ(histograms.counts().converted, 4u);
}

TEST_F(ClassicHistogramsTest, TakeTheirPlaceWhenTheClassicOnesAreNotKept) {
  limits.keep_classic_histograms = false;
  learn();
  const auto report = push(scrape(4));
  EXPECT_THAT(stored, UnorderedElementsAre("x*@4", "up@4"));
  EXPECT_EQ(report->samples_written, 5u) << "the sender pushed five samples, and all are kept";
}

TEST_F(ClassicHistogramsTest, AreGatheredOverPushesAndWhatWasSplitStaysClassic) {
  limits.keep_classic_histograms = false;
  learn();
  const auto all = scrape(4);
  ASSERT_TRUE(push({all.begin(), all.begin() + 2}).has_value());
  EXPECT_THAT(stored, ElementsAre("x_bucket@4", "x_bucket@4"));
  ASSERT_TRUE(push({all.begin() + 2, all.end()}).has_value());
  EXPECT_THAT(stored, UnorderedElementsAre("x*@4", "x_sum@4", "x_count@4", "up@4"));
}

TEST_F(ClassicHistogramsTest, StayClassicWhenTheStorageRefusesTheHistogram) {
  limits.keep_classic_histograms = false;
  learn();
  refuse_histograms = true;
  ASSERT_TRUE(push(scrape(4)).has_value());
  EXPECT_THAT(stored, UnorderedElementsAre("x*@4", "x_bucket@4", "x_bucket@4", "x_sum@4", "x_count@4", "up@4"));
}

TEST_F(ClassicHistogramsTest, APushThatCouldNotBeStoredIsStoredWhenItComesAgain) {
  limits.keep_classic_histograms = false;
  learn();
  broken = true;
  EXPECT_FALSE(push(scrape(4)).has_value());
  broken = false;
  ASSERT_TRUE(push(scrape(4)).has_value());
  EXPECT_THAT(stored, UnorderedElementsAre("x_bucket@4", "x_bucket@4", "x_sum@4", "x_count@4", "up@4"));
}

TEST_F(ClassicHistogramsTest, SamplesWithExemplarsStay) {
  limits.keep_classic_histograms = false;
  learn();
  ASSERT_TRUE(push(scrape(4), {{{{"trace", "1"}}, 4, 0.3}}).has_value());
  EXPECT_THAT(stored, UnorderedElementsAre("x*@4", "x_bucket@4", "x_bucket@4", "up@4"));
}

TEST_F(ClassicHistogramsTest, NoMoreThanTheLimitAreGathered) {
  limits.classic_histograms_max = 1;
  learn();
  auto other = scrape(4);
  for (Line& line : other) line.labels[1].value = "b";
  ASSERT_TRUE(push(other).has_value());
  ASSERT_TRUE(push(scrape(4)).has_value());
  EXPECT_EQ(histograms.counts().converted, 4u);
}

TEST(ClassicPart, IsReadFromTheLabels) {
  const auto kind = [](std::vector<LabelRef> labels) { return classic_part_of(labels).kind; };
  EXPECT_EQ(kind({{"__name__", "x_bucket"}, {"le", "+Inf"}}), PartKind::bucket);
  EXPECT_EQ(kind({{"__name__", "x_bucket"}}), PartKind::none);
  EXPECT_EQ(kind({{"__name__", "x_bucket"}, {"le", "wide"}}), PartKind::none);
  EXPECT_EQ(kind({{"__name__", "x_bucket"}, {"le", "NaN"}}), PartKind::none);
  EXPECT_EQ(kind({{"__name__", "_sum"}}), PartKind::none);
  EXPECT_EQ(kind({{"__name__", "x"}, {"le", "1"}}), PartKind::none);
  EXPECT_EQ(kind({{"le", "1"}}), PartKind::none);
  const std::vector<LabelRef> bucket = {{"__name__", "x_bucket"}, {"a", "b"}, {"le", "1e+06"}};
  const std::vector<LabelRef> sum = {{"a", "b"}, {"__name__", "x_sum"}};
  EXPECT_EQ(classic_part_of(bucket).bound, 1e6);
  EXPECT_EQ(classic_part_of(bucket).histogram, classic_part_of(sum).histogram);
}

}  // namespace
}  // namespace sluice::server
