// A classic histogram becomes a native one when all of its parts are there, however they came.
#include "server/ingest/histogram_assembly.h"

#include <gtest/gtest.h>

#include <cmath>

#include "proto/model/sample.h"
#include "proto/wire/validate_histogram.h"

namespace sluice::server {
namespace {

using Whole = HistogramAssembly::Whole;

constexpr double kInf = HUGE_VAL;

// Scrapes of a histogram with the buckets 1, 5 and +Inf.
class AssemblyTest : public testing::Test {
 protected:
  void bucket(std::int64_t at, double bound, double value) { assembly.add({PartKind::bucket, bound, at, value}, push); }
  void count(std::int64_t at, double value) { assembly.add({PartKind::count, 0, at, value, 77}, push); }
  void sum(std::int64_t at, double value) { assembly.add({PartKind::sum, 0, at, value}, push); }
  void scrape(std::int64_t at, double times = 1) {
    bucket(at, 1, 2 * times);
    bucket(at, 5, 3 * times);
    bucket(at, kInf, 4 * times);
    sum(at, 10 * times);
    count(at, 4 * times);
  }
  std::vector<std::int64_t> taken() {
    std::vector<std::int64_t> times;
    for (const Whole& whole : assembly.take_whole(push)) times.push_back(whole.timestamp_ms);
    return times;
  }
  void learn() {
    for (const std::int64_t at : {1, 2, 3}) scrape(at);
    ASSERT_EQ(taken(), (std::vector<std::int64_t>{1, 2, 3}));
    ++push;
  }
  HistogramAssembly assembly;
  std::uint64_t push = 1;
};

TEST_F(AssemblyTest, MakesBucketsOfCumulativeCounts) {
  learn();
  scrape(10, 2);
  const auto whole = assembly.take_whole(push);
  ASSERT_EQ(whole.size(), 1u);
  const Histogram& h = whole[0].histogram;
  EXPECT_EQ(h.schema, kCustomBucketsSchema);
  EXPECT_EQ(h.custom_values, (std::vector<double>{1, 5}));
  EXPECT_EQ(h.positive_buckets, (std::vector<double>{4, 2, 2}));
  EXPECT_EQ(h.count, 8);
  EXPECT_EQ(h.sum, 20);
  EXPECT_TRUE(h.integer);
  EXPECT_EQ(whole[0].start_ms, 77);
  EXPECT_FALSE(wire::validate_histogram(h).has_value());
}

TEST_F(AssemblyTest, TheFirstScrapesWaitUntilItIsKnownWhichPartsThereAre) {
  scrape(1);
  EXPECT_TRUE(taken().empty());
  scrape(2);
  EXPECT_TRUE(taken().empty());
  bucket(3, 1, 2);
  EXPECT_EQ(taken(), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(AssemblyTest, ATailThatLooksWholeIsNotTakenForAHistogram) {
  learn();
  bucket(10, 5, 3);
  bucket(10, kInf, 4);
  sum(10, 10);
  count(10, 4);
  EXPECT_TRUE(taken().empty());
  ++push;
  bucket(10, 1, 2);
  EXPECT_EQ(taken(), (std::vector<std::int64_t>{10}));
}

TEST_F(AssemblyTest, PartsOfLaterScrapesMayComeFirst) {
  learn();
  bucket(10, 1, 2);
  bucket(20, 1, 2);
  for (const std::int64_t at : {20, 10}) {
    bucket(at, 5, 3);
    bucket(at, kInf, 4);
    sum(at, 10);
    count(at, 4);
  }
  EXPECT_EQ(taken(), (std::vector<std::int64_t>{10, 20}));
}

TEST_F(AssemblyTest, IsHandedOutOnce) {
  learn();
  scrape(10);
  EXPECT_EQ(taken().size(), 1u);
  scrape(10);
  EXPECT_TRUE(taken().empty());
}

TEST_F(AssemblyTest, KnowsWhetherAScrapeCameWithOnePush) {
  learn();
  scrape(10);
  bucket(20, 1, 2);
  EXPECT_EQ(taken().size(), 1u);
  EXPECT_TRUE(assembly.came_whole_with(push, 10));
  EXPECT_FALSE(assembly.came_whole_with(push, 20));
  ++push;
  scrape(20);
  EXPECT_EQ(taken().size(), 1u);
  EXPECT_FALSE(assembly.came_whole_with(push, 20));
  EXPECT_FALSE(assembly.came_whole_with(push, 10));
}

TEST_F(AssemblyTest, PartsThatContradictEachOtherAreGivenUp) {
  learn();
  scrape(10);
  bucket(10, 5, 1);  // less than the bucket before
  scrape(20);
  count(20, 5);  // not what the +Inf bucket says
  scrape(30);
  bucket(30, 1, NAN);
  EXPECT_TRUE(taken().empty());
  EXPECT_EQ(assembly.given_up(), 3u);
  EXPECT_FALSE(assembly.came_whole_with(push, 10));
}

TEST_F(AssemblyTest, WithoutInfinityBucketOrCountNothingIsWhole) {
  for (std::int64_t at = 1; at <= 20; ++at) {
    bucket(at, 1, 2);
    sum(at, 10);
    count(at, 4);
    EXPECT_TRUE(taken().empty());
  }
  EXPECT_EQ(assembly.given_up(), 20 - HistogramAssembly::kScrapesMax);
}

TEST_F(AssemblyTest, StaleMarkersBecomeOne) {
  learn();
  for (const double bound : {1.0, 5.0, kInf}) bucket(10, bound, stale_nan());
  sum(10, stale_nan());
  count(10, stale_nan());
  const auto whole = assembly.take_whole(push);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_TRUE(is_stale_nan(whole[0].histogram.sum));
}

TEST_F(AssemblyTest, ANewBucketIsLearnedAndALostOneForgotten) {
  learn();
  scrape(10);
  bucket(10, 2, 2);
  EXPECT_EQ(assembly.take_whole(push).at(0).histogram.custom_values, (std::vector<double>{1, 2, 5}));
  std::size_t converted = 0;
  for (std::int64_t at = 20; at < 40; ++at) {
    scrape(at);
    converted += taken().size();
  }
  EXPECT_EQ(converted, 20u);
}

TEST_F(AssemblyTest, WhatIsOlderThanAllThatIsRememberedIsIgnored) {
  learn();
  for (std::int64_t at = 10; at < 30; ++at) scrape(at);
  taken();
  scrape(5);
  EXPECT_TRUE(taken().empty());
}

}  // namespace
}  // namespace sluice::server
