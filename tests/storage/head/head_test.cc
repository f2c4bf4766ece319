#include "storage/head/head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace sluice::storage {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000, kStep = 15'000, kHour = 3'600'000;

class HeadTest : public testing::Test {
 protected:
  Verdict judge(std::uint32_t ref, std::int64_t t, double value) {
    head.ensure(SeriesRef(ref), target);
    return head.judge(SeriesRef(ref), t, value, limits);
  }
  Verdict write(std::uint32_t ref, std::int64_t t, double value) {
    const Verdict verdict = judge(ref, t, value);
    const FloatSample sample{SeriesRef(ref), t, value};
    if (accepted(verdict)) head.publish({.floats = {&sample, 1}, .histograms = {}, .starts = {}});
    return verdict;
  }
  const SeriesBatch& read(std::vector<std::uint32_t> refs, TimeRangeMs range = {0, kStart * 2}) {
    std::vector<SeriesRef> strong;
    for (const auto ref : refs) strong.push_back(SeriesRef(ref));
    head.read(strong, range, batch);
    return batch;
  }
  void flush() {
    Unflushed out;
    FlushTicket ticket;
    head.collect_unflushed(SeriesRef(0), SeriesRef(head.series_count()), out, ticket);
    head.mark_flushed(ticket);
  }
  Head head;
  std::uint64_t target = 1;
  StorageLimits limits;
  SeriesBatch batch;
};

TEST_F(HeadTest, JudgesByTheContract) {
  EXPECT_EQ(write(0, kStart, 1), Verdict::in_order);
  EXPECT_EQ(write(0, kStart, 1), Verdict::duplicate);
  EXPECT_EQ(write(0, kStart, 2), Verdict::duplicate_timestamp);
  EXPECT_EQ(write(0, kStart + kHour, 2), Verdict::in_order);
  EXPECT_EQ(write(0, kStart + 1, 7), Verdict::late);
  EXPECT_EQ(write(0, kStart + 1, 7), Verdict::duplicate);
  EXPECT_EQ(write(0, kStart + 1, 8), Verdict::duplicate_timestamp);
  EXPECT_EQ(write(0, kStart, 1), Verdict::duplicate);
  EXPECT_EQ(write(0, kStart - 1, 1), Verdict::too_old);
  limits.out_of_order_window_ms = 0;
  EXPECT_EQ(write(0, kStart + kHour - 1, 1), Verdict::too_old);
}

TEST_F(HeadTest, WhatIsNewerThanItsSeriesLastIsInOrderHoweverFarTheTenantIs) {
  EXPECT_EQ(write(0, kStart, 1), Verdict::in_order);
  EXPECT_EQ(write(1, kStart + 30 * kHour, 1), Verdict::in_order);
  for (int i = 1; i < 20; ++i) EXPECT_EQ(write(0, kStart + i * kStep, i), Verdict::in_order);
  EXPECT_EQ(write(0, kStart + kStep + 1, 1), Verdict::too_old) << "the window is the tenant's";
  EXPECT_EQ(write(2, kStart, 1), Verdict::in_order) << "a series' first";
  const auto histogram = std::make_shared<Histogram>();
  EXPECT_EQ(head.judge(SeriesRef(0), kStart + kHour, histogram, limits), Verdict::in_order);
}

TEST_F(HeadTest, AGroupIsJudgedAgainstItself) {
  EXPECT_EQ(judge(0, kStart, 1), Verdict::in_order);
  EXPECT_EQ(judge(0, kStart, 1), Verdict::duplicate);
  EXPECT_EQ(judge(0, kStart - 5, 1), Verdict::late);
  EXPECT_EQ(judge(0, kStart - 5, 2), Verdict::duplicate_timestamp);
  EXPECT_TRUE(read({0}).series[0].timestamps_ms.empty());  // nothing is published
  const SeriesRef refs[] = {SeriesRef(0)};
  head.rollback(refs);
  EXPECT_EQ(judge(0, kStart - 5, 2), Verdict::in_order);
}

TEST_F(HeadTest, AnotherValueForAnInOrderFloatOfTheSameGroupIsRefused) {
  EXPECT_EQ(judge(0, kStart, 1), Verdict::in_order);
  EXPECT_EQ(judge(0, kStart + kStep, 2), Verdict::in_order);
  EXPECT_EQ(judge(0, kStart + 2 * kStep, 3), Verdict::in_order);
  EXPECT_EQ(judge(0, kStart, 1), Verdict::duplicate);
  EXPECT_EQ(judge(0, kStart + kStep, 7), Verdict::duplicate_timestamp);
  EXPECT_EQ(head.judge(SeriesRef(0), kStart + kStep, std::make_shared<Histogram>(), limits),
            Verdict::duplicate_timestamp);
  EXPECT_EQ(judge(0, kStart + 1, 7), Verdict::late);
  EXPECT_EQ(judge(0, kStart + 3 * kStep, 4), Verdict::in_order);
  EXPECT_EQ(judge(0, kStart + 2 * kStep, 3), Verdict::duplicate) << "what was asked before is still known";
  const SeriesRef refs[] = {SeriesRef(0)};
  head.rollback(refs);
  EXPECT_EQ(judge(0, kStart + 3 * kStep, 5), Verdict::in_order);
  EXPECT_EQ(judge(0, kStart + 2 * kStep, 7), Verdict::late) << "what was rolled back is not";
}

TEST_F(HeadTest, AFloatAndAHistogramAtOneTimeContradict) {
  EXPECT_EQ(write(0, kStart, 1), Verdict::in_order);
  EXPECT_EQ(head.judge(SeriesRef(0), kStart, std::make_shared<Histogram>(), limits), Verdict::duplicate_timestamp);
  const auto histogram = std::make_shared<Histogram>();
  EXPECT_EQ(head.judge(SeriesRef(0), kStart + 1, histogram, limits), Verdict::in_order);
  const HistogramSample sample{SeriesRef(0), kStart + 1, histogram};
  head.publish({.floats = {}, .histograms = {&sample, 1}, .starts = {}});
  EXPECT_EQ(judge(0, kStart + 1, 5), Verdict::duplicate_timestamp);
  EXPECT_EQ(head.judge(SeriesRef(0), kStart + 1, histogram, limits), Verdict::duplicate);
}

TEST_F(HeadTest, SeriesOfOneScrapeShareTheirTimestamps) {
  for (int i = 0; i < 300; ++i)
    for (std::uint32_t ref = 0; ref < 20; ++ref) write(ref, kStart + i * kStep, i * (ref + 1));
  std::vector<std::uint32_t> refs(20);
  for (std::uint32_t ref = 0; ref < 20; ++ref) refs[ref] = ref;
  read(refs, {kStart + 50 * kStep, kStart + 250 * kStep - 1});
  for (const SeriesSamples& series : batch.series) {
    EXPECT_EQ(series.timestamps_ms.data(), batch.series[0].timestamps_ms.data());
    EXPECT_EQ(series.timestamps_ms.size(), 200u);
  }
  EXPECT_EQ(batch.timestamp_buffer.size(), 200u);
  EXPECT_EQ(batch.series[3].values[0], 50 * 4);
}

TEST_F(HeadTest, AnExporterWithSeveralClocksGetsATimelineForEach) {
  for (int i = 0; i < 100; ++i)
    for (std::uint32_t ref = 0; ref < 30; ++ref) write(ref, kStart + i * kStep + ref / 10 * 333, i);
  read({0, 1, 10, 11, 29});
  EXPECT_EQ(batch.series[0].timestamps_ms.data(), batch.series[1].timestamps_ms.data());
  EXPECT_EQ(batch.series[2].timestamps_ms.data(), batch.series[3].timestamps_ms.data());
  EXPECT_NE(batch.series[0].timestamps_ms.data(), batch.series[2].timestamps_ms.data());
  EXPECT_EQ(batch.timestamp_buffer.size(), 300u);
}

TEST_F(HeadTest, ASenderThatLagsFindsItsPlaceInTheTimeline) {
  for (int i = 0; i < 100; ++i) {
    write(0, kStart + i * kStep, i);
    if (i >= 20) write(1, kStart + (i - 20) * kStep, i);
  }
  read({0, 1}, {kStart, kStart + 79 * kStep});
  EXPECT_EQ(batch.series[0].timestamps_ms.data(), batch.series[1].timestamps_ms.data());
}

TEST_F(HeadTest, SeriesThatDoNotMoveShareTheirValuesToo) {
  for (int i = 0; i < 100; ++i)
    for (std::uint32_t ref = 0; ref < 3; ++ref) write(ref, kStart + i * kStep, 0);
  read({0, 1, 2});
  EXPECT_TRUE(batch.series[0].constant);
  EXPECT_FALSE(batch.series[0].has_stale);
  EXPECT_EQ(batch.series[0].values, batch.series[2].values);
}

TEST_F(HeadTest, AGapIsLeftOut) {
  for (int i = 0; i < 100; ++i) {
    write(0, kStart + i * kStep, i);
    if (i != 40 && i != 41) write(1, kStart + i * kStep, i);
  }
  read({0, 1});
  ASSERT_EQ(batch.series[1].timestamps_ms.size(), 98u);
  EXPECT_EQ(batch.series[1].timestamps_ms[40], kStart + 42 * kStep);
  EXPECT_EQ(batch.series[1].values[40], 42);
}

TEST_F(HeadTest, LateSamplesAreMergedInOrderOfTime) {
  for (int i = 0; i < 10; ++i) write(0, kStart + i * kStep, i);
  EXPECT_EQ(write(0, kStart + 3 * kStep + 1, 0.5), Verdict::late);
  read({0});
  ASSERT_EQ(batch.series[0].timestamps_ms.size(), 11u);
  EXPECT_EQ(batch.series[0].values[4], 0.5);
  EXPECT_EQ(batch.series[0].values[5], 4);
}

TEST_F(HeadTest, ReplayWithoutJudgingSkipsWhatIsThere) {
  head.ensure(SeriesRef(0), 1);
  const FloatSample samples[] = {{SeriesRef(0), kStart, 1}, {SeriesRef(0), kStart + 5, 2}, {SeriesRef(0), kStart, 9}};
  for (int round = 0; round < 2; ++round) head.publish({.floats = samples, .histograms = {}, .starts = {}});
  read({0});
  EXPECT_EQ(batch.series[0].timestamps_ms.size(), 2u);
  EXPECT_EQ(batch.series[0].values[0], 1);
  EXPECT_EQ(judge(0, kStart + 5, 2), Verdict::duplicate);
}

TEST_F(HeadTest, NothingUnflushedIsEvicted) {
  for (int i = 0; i < 500; ++i) write(0, kStart + i * kStep, i);
  head.evict(kStart + 400 * kStep);
  EXPECT_EQ(read({0}).series[0].timestamps_ms.size(), 500u);
  EXPECT_EQ(head.complete_from_ms(), kStart + 400 * kStep);
  flush();
  head.evict(kStart + 400 * kStep);
  EXPECT_LT(read({0}).series[0].timestamps_ms.size(), 400u);
  EXPECT_GE(batch.series[0].timestamps_ms.size(), 99u);
}

TEST_F(HeadTest, ASeriesThatEndedIsNoLongerActive) {
  write(0, kStart, 1);
  write(1, kStart + 3 * kHour, 1);
  flush();
  const std::uint64_t version = head.active_version();
  head.evict(kStart + kHour);
  EXPECT_EQ(head.active_series(), 1u);
  EXPECT_NE(head.active_version(), version);
  std::vector<SeriesRef> active;
  head.add_active({0, kStart * 2}, active);
  EXPECT_EQ(active, std::vector<SeriesRef>{SeriesRef(1)});
  EXPECT_EQ(write(0, kStart, 1), Verdict::duplicate);  // its last sample is still known
  EXPECT_EQ(write(0, kStart - 1, 1), Verdict::too_old);
  EXPECT_EQ(write(0, kStart + 1, 1), Verdict::in_order);  // and it may come back, long after the others
  EXPECT_EQ(head.active_series(), 2u);
}

TEST_F(HeadTest, ASeriesReachesFromItsOldestToItsNewestSample) {
  for (int i = 0; i < 300; ++i) write(0, kStart + i * kStep, i);  // some of it sealed
  write(1, kStart + 100 * kStep, 1);                              // without a timeline yet
  write(2, kStart + 200 * kStep, 1);
  write(2, kStart + 100 * kStep, 1);  // late
  const auto histogram = std::make_shared<Histogram>();
  head.ensure(SeriesRef(3), target);
  const HistogramSample sample{SeriesRef(3), kStart + 100 * kStep, histogram};
  head.publish({.floats = {}, .histograms = {&sample, 1}, .starts = {}});
  head.ensure(SeriesRef(4), target);
  const auto reaching = [&](int first_step, int last_step) {
    const std::vector<SeriesRef> all{SeriesRef(0), SeriesRef(1), SeriesRef(2),
                                     SeriesRef(3), SeriesRef(4), SeriesRef(9)};
    std::vector<SeriesRef> found;
    head.add_reaching({kStart + first_step * kStep, kStart + last_step * kStep}, all, found);
    std::vector<std::uint32_t> refs;
    for (const SeriesRef ref : found) refs.push_back(ref.value());
    return refs;
  };
  using Refs = std::vector<std::uint32_t>;
  EXPECT_EQ(reaching(-9, -1), Refs{});
  EXPECT_EQ(reaching(0, 99), Refs{0});
  EXPECT_EQ(reaching(100, 100), (Refs{0, 1, 2, 3}));
  EXPECT_EQ(reaching(101, 199), Refs{0}) << "what lies on both sides only, of a float and a late one, does not count";
  EXPECT_EQ(reaching(200, 200), (Refs{0, 2}));
  EXPECT_EQ(reaching(201, 299), Refs{0});
  EXPECT_EQ(reaching(300, 400), Refs{});
}

// Goal: an agent that replays a day beside others costs no more than they do, and gives it back as soon as it is
// flushed.
TEST_F(HeadTest, OldSamplesOfOneScrapeShareTheirTimestampsToo) {
  for (std::uint32_t ref = 0; ref < 20; ++ref) write(ref, kStart, 1);
  target = 2;
  write(20, kStart + 24 * kHour, 1);
  flush();
  head.evict(kStart + 22 * kHour);
  target = 1;
  for (int i = 1; i < 400; ++i) {
    for (std::uint32_t ref = 0; ref < 20; ++ref) write(ref, kStart + i * kStep, i * (ref + 1));
    if (i == 100) {
      flush();
      head.evict(kStart + 22 * kHour);
      EXPECT_EQ(head.active_series(), 1u);
    }
  }
  read({0, 1, 19}, {kStart + 102 * kStep, kStart + 399 * kStep});
  EXPECT_EQ(batch.series[0].timestamps_ms.size(), 298u);
  EXPECT_EQ(batch.series[0].timestamps_ms.data(), batch.series[1].timestamps_ms.data());
  EXPECT_EQ(batch.series[0].timestamps_ms.data(), batch.series[2].timestamps_ms.data());
  EXPECT_EQ(batch.timestamp_buffer.size(), 298u);
}

// Goal: what one hour frees, the next one fills. Method: ten hours, flushed and evicted as tsdb does it.
TEST_F(HeadTest, MemoryDoesNotGrowWithTime) {
  std::size_t after_three_hours = 0;
  for (int i = 0; i < 10 * 240; ++i) {
    target = 1;
    for (std::uint32_t ref = 0; ref < 60; ++ref)
      write(ref, kStart + i * kStep, ref % 3 == 0 ? 1 : ref % 3 == 1 ? i * ref : std::sin(i + ref));
    target = 2;
    for (std::uint32_t ref = 60; ref < 70; ++ref)
      write(ref, kStart + i * kStep + ref + i % 7, i);  // clocks of their own
    if (i % 20 == 19) {
      flush();
      head.evict(kStart + i * kStep - 2 * kHour);
    }
    if (i == 3 * 240) after_three_hours = head.memory_bytes();
  }
  EXPECT_LE(head.memory_bytes(), after_three_hours * 13 / 10);
}

}  // namespace
}  // namespace sluice::storage
