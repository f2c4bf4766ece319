// Goal: one timestamp, one value, for ever. The same sample again is a duplicate, another value is refused by name,
// also when what is stored has long left memory and lies in a block only.
#include <cmath>

#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

constexpr std::int64_t kMinute = 60'000;
const std::string kUp = R"({__name__="up"})";

Histogram some_histogram(double zeros) {
  Histogram histogram;
  histogram.integer = true;
  histogram.zero_count = histogram.count = zeros;
  return histogram;
}

TEST_F(TsdbTest, AfterARestartTheSameSampleIsADuplicateAndAnotherValueIsRefused) {
  const std::vector<SeriesToWrite> body{{series("up"), {{t0, 1}, {t0 + 1, 2}}}};
  write("a", body);
  restart();
  const auto again = write("a", body);
  EXPECT_EQ(again.samples_written, 2u);
  EXPECT_EQ(again.duplicates, 2u);
  const auto other = write("a", {{series("up"), {{t0, 1}, {t0 + 1, 7}, {t0 + 2, 3}}}});
  EXPECT_EQ(other.samples_written, 2u);
  EXPECT_EQ(refused(other, Refusal::duplicate_timestamp), 1u);
  EXPECT_NE(other.examples.at(0).find("duplicate sample for timestamp " + std::to_string(t0 + 1)), std::string::npos);
  const SeriesPoints expected{{kUp, {{t0, 1}, {t0 + 1, 2}, {t0 + 2, 3}}}};
  EXPECT_EQ(read("a"), expected);
  restart();
  ASSERT_TRUE(tsdb->compact().has_value());
  EXPECT_EQ(refused(write("a", {{series("up"), {{t0 + 2, 4}}}}), Refusal::duplicate_timestamp), 1u);
  EXPECT_EQ(read("a"), expected);
}

TEST_F(TsdbTest, ARepeatInsideOneCommitIsJudgedLikeAnyOther) {
  const auto report = write("a", {{series("up"), {{t0, 1}, {t0 + 1, 2}, {t0 + 2, 3}}},  //
                                  {series("up"), {{t0, 1}, {t0 + 1, 7}, {t0 + 2, 3}}}});
  EXPECT_EQ(report.samples_written, 5u);
  EXPECT_EQ(report.duplicates, 2u);
  EXPECT_EQ(refused(report, Refusal::duplicate_timestamp), 1u);
  EXPECT_EQ(read("a").at(kUp), (Points{{t0, 1}, {t0 + 1, 2}, {t0 + 2, 3}}));
}

TEST_F(TsdbTest, WhatABlockHoldsIsNotJournaledAgain) {
  const std::vector<SeriesToWrite> body{{series("up"), {{t0, 1}, {t0 + 1, 2}}}};
  write("a", body);
  restart();
  write("a", body);
  crash();
  EXPECT_EQ(tsdb->stats().replayed_samples, 0u);
  EXPECT_EQ(write("a", body).duplicates, 2u);
}

TEST_F(TsdbTest, AGapBetweenStoredSamplesMayBeFilledAfterARestart) {
  write("a", {{series("up"), {{t0, 1}, {t0 + 10, 2}}}, {series("other"), {{t0 + 5, 9}}}});
  restart();
  const auto report = write("a", {{series("up"), {{t0, 1}, {t0 + 5, 3}, {t0 + 10, 2}, {t0 + 15, 4}}}});
  EXPECT_EQ(report.samples_written, 4u);
  EXPECT_EQ(report.duplicates, 2u);
  crash();
  EXPECT_EQ(read("a").at(kUp), (Points{{t0, 1}, {t0 + 5, 3}, {t0 + 10, 2}, {t0 + 15, 4}}));
}

TEST_F(TsdbTest, HistogramsInBlocksAreComparedToo) {
  const Histogram one = some_histogram(1), other = some_histogram(2);
  const auto body = [&](const Histogram& histogram) {
    return std::vector<SeriesToWrite>{{series("h"), {}, {{t0, 0, &histogram}}}};
  };
  write("a", body(one));
  restart();
  EXPECT_EQ(write("a", body(one)).duplicates, 1u);
  Histogram hinted = one;
  hinted.hint = CounterResetHint::not_reset;
  EXPECT_EQ(write("a", body(hinted)).duplicates, 1u) << "what a sender thinks of resets is not part of the sample";
  EXPECT_EQ(refused(write("a", body(other)), Refusal::duplicate_timestamp), 1u);
  EXPECT_EQ(refused(write("a", {{series("h"), {{t0, 1}}}}), Refusal::duplicate_timestamp), 1u) << "a float is another";
}

TEST_F(TsdbTest, StaleMarkersInBlocksAreComparedByTheirBits) {
  write("a", {{series("up"), {{t0, stale_nan()}}}});
  restart();
  EXPECT_EQ(write("a", {{series("up"), {{t0, stale_nan()}}}}).duplicates, 1u);
  EXPECT_EQ(refused(write("a", {{series("up"), {{t0, std::nan("")}}}}), Refusal::duplicate_timestamp), 1u);
}

TEST_F(TsdbTest, LateSamplesAreComparedWithWhatWasEvicted) {
  options.keep_after_flush_ms = 5 * kMinute;
  limits.out_of_order_window_ms = 600 * kMinute;
  restart();
  Points points;
  for (int i = 0; i < 300; ++i) {
    clock.now = t0 + i * kMinute;
    points[clock.now] = i;
    write("a", {{series("up"), {{clock.now, static_cast<double>(i)}}}});
  }
  ASSERT_TRUE(tsdb->flush().has_value());  // and evicts
  EXPECT_EQ(write("a", {{series("up"), {{t0 + 3 * kMinute, 3}}}}).duplicates, 1u);
  EXPECT_EQ(refused(write("a", {{series("up"), {{t0 + 3 * kMinute, 4}}}}), Refusal::duplicate_timestamp), 1u);
  EXPECT_EQ(write("a", {{series("up"), {{t0 + 3 * kMinute + 1, 4}}}}).duplicates, 0u);
  points[t0 + 3 * kMinute + 1] = 4;
  EXPECT_EQ(read("a").at(kUp), points);
}

TEST_F(TsdbTest, ATenantsSamplesAreNotComparedWithAnothers) {
  write("a", {{series("up"), {{t0, 1}}}});
  write("b", {{series("other"), {{t0 + 1, 1}}}});
  restart();
  const auto report = write("b", {{series("up"), {{t0, 2}}}});
  EXPECT_EQ(report.samples_written, 1u);
  EXPECT_EQ(report.duplicates, 0u);
}

TEST_F(TsdbTest, BlocksThatCannotBeReadDoNotStopPushesAndAreCounted) {
  if (SLUICE_TEST_ROCKS) GTEST_SKIP() << "only the twin fails when told to";
  write("a", {{series("up"), {{t0, 1}}}});
  restart();
  medium->blocks_unreadable = true;
  EXPECT_EQ(write("a", {{series("up"), {{t0, 1}}}}).samples_written, 1u);
  EXPECT_EQ(tsdb->stats().lookup_failures, 1u);
  medium->blocks_unreadable = false;
  EXPECT_EQ(read("a").at(kUp), (Points{{t0, 1}})) << "stored twice, and still one sample";
}

}  // namespace
}  // namespace sluice::storage
