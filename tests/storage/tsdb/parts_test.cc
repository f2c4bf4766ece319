#include <gtest/gtest.h>

#include <cmath>

#include "storage/tsdb/exemplar_ring.h"
#include "storage/tsdb/head_draft.h"
#include "storage/tsdb/metadata_book.h"
#include "storage/tsdb/refusals.h"

namespace sluice::storage {
namespace {

TEST(Texts, OneExamplePerReasonAndSeries) {
  WriteReport report;
  Refusals refusals(report);
  const auto text = [] { return std::string("text"); };
  refusals.example(Refusal::too_far_in_future, 1, text);
  refusals.example(Refusal::too_far_in_future, 1, text);
  refusals.example(Refusal::out_of_retention, 1, text);
  refusals.example(Refusal::too_far_in_future, 2, text);
  EXPECT_EQ(report.examples.size(), 3u);
}

Exemplar exemplar(std::int64_t t, double value = 1) { return {{{"trace_id", "x"}}, t, value}; }

TEST(Exemplars, OrderAndRepeatsAreJudgedPerSeries) {
  ExemplarRing ring;
  const SeriesRef one(1), two(2);
  ring.publish({{one, exemplar(100)}}, 10);
  EXPECT_EQ(ring.judge(one, exemplar(99)), ExemplarVerdict::out_of_order);
  EXPECT_EQ(ring.judge(one, exemplar(100)), ExemplarVerdict::duplicate);
  EXPECT_EQ(ring.judge(one, exemplar(100, 2)), ExemplarVerdict::accepted);
  EXPECT_EQ(ring.judge(two, exemplar(99)), ExemplarVerdict::accepted);
  EXPECT_EQ(ring.judge(two, exemplar(98)), ExemplarVerdict::out_of_order) << "also against what is only admitted";
  ring.settle();
  EXPECT_EQ(ring.judge(two, exemplar(98)), ExemplarVerdict::accepted) << "a rolled back one never was";
}

TEST(Exemplars, AFullRingForgetsTheOldest) {
  ExemplarRing ring;
  for (std::int64_t t = 0; t < 5; ++t) ring.publish({{SeriesRef(static_cast<std::uint32_t>(t % 2)), exemplar(t)}}, 3);
  const auto found = ring.find({SeriesRef(0), SeriesRef(1)}, {0, 10});
  EXPECT_EQ(found.at(0).size(), 2u);
  EXPECT_EQ(found.at(1).size(), 1u);
  EXPECT_EQ(ring.find({SeriesRef(1)}, {4, 10}).size(), 0u);
}

TEST(Exemplars, OnlyThoseOfKnownSeriesAreSaved) {
  ExemplarRing ring, loaded;
  ring.publish({{SeriesRef(0), exemplar(1)}, {SeriesRef(9), exemplar(2)}}, 10);
  ASSERT_TRUE(loaded.load(ring.encode(5), 5));
  EXPECT_EQ(loaded.find({SeriesRef(0), SeriesRef(9)}, {0, 10}).size(), 1u);
  EXPECT_FALSE(loaded.load(ring.encode(10), 5)) << "a series that is not registered is damage";
}

TEST(Metadata, OnlyNewsIsNews) {
  MetadataBook book;
  const MetricMetadata up{"up", MetricType::gauge, "help", ""};
  EXPECT_EQ(book.judge(up, 1), MetadataVerdict::news);
  EXPECT_EQ(book.judge(up, 1), MetadataVerdict::known) << "also what is only admitted";
  book.put({up});
  book.settle();
  EXPECT_EQ(book.judge(up, 1), MetadataVerdict::known);
  EXPECT_EQ(book.judge({"up", MetricType::gauge, "other help", ""}, 1), MetadataVerdict::news);
  EXPECT_EQ(book.judge({"down", MetricType::gauge, "", ""}, 1), MetadataVerdict::too_many);
  MetadataBook loaded;
  ASSERT_TRUE(loaded.load(book.encode()));
  EXPECT_EQ(loaded.all().at(0).help, "help");
}

TEST(Metadata, OneRequestCannotBringMoreThanTheLimitEither) {
  MetadataBook book;
  EXPECT_EQ(book.judge({"a", MetricType::gauge, "", ""}, 2), MetadataVerdict::news);
  EXPECT_EQ(book.judge({"b", MetricType::gauge, "", ""}, 2), MetadataVerdict::news);
  EXPECT_EQ(book.judge({"c", MetricType::gauge, "", ""}, 2), MetadataVerdict::too_many);
  book.settle();  // rolled back
  EXPECT_EQ(book.judge({"c", MetricType::gauge, "", ""}, 2), MetadataVerdict::news);
}

TEST(Partitions, StartBeforeTheirSamplesAlsoBefore1970) {
  EXPECT_EQ(partition_of(0, 100), 0);
  EXPECT_EQ(partition_of(99, 100), 0);
  EXPECT_EQ(partition_of(100, 100), 100);
  EXPECT_EQ(partition_of(-1, 100), -100);
  EXPECT_EQ(partition_of(-100, 100), -100);
}

}  // namespace
}  // namespace sluice::storage
