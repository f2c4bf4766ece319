// What happens when the disk does not play along. On the twin only: it fails when it is told to.

#include <random>
#include <thread>

#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

void pass_probe_time(ManualClock& clock) { clock.now += 1000; }

TEST_F(TsdbTest, AFailedWriteKeepsNothingAndTheSameBodyGoesThroughLater) {
  write("a", {{series("up"), {{t0, 1}}}});
  medium->writes_fail = true;
  const std::vector<SeriesToWrite> body{{series("up"), {{t0 + 1, 2}}}, {series("new"), {{t0 + 1, 3}}}};
  const auto refused = append("a", body);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Errc::unavailable);
  EXPECT_EQ(read("a"), (SeriesPoints{{R"({__name__="up"})", {{t0, 1}}}}));
  EXPECT_FALSE(tsdb->stats().writable);
  EXPECT_NE(tsdb->stats().trouble.find("told to fail"), std::string::npos);
  medium->writes_fail = false;
  pass_probe_time(clock);
  const auto report = write("a", body);
  EXPECT_EQ(report.samples_written, 2u);
  EXPECT_EQ(report.duplicates, 0u) << "what was rolled back never was";
  EXPECT_TRUE(tsdb->stats().writable);
  crash();
  EXPECT_EQ(read("a"),
            (SeriesPoints{{R"({__name__="new"})", {{t0 + 1, 3}}}, {R"({__name__="up"})", {{t0, 1}, {t0 + 1, 2}}}}));
}

TEST_F(TsdbTest, AfterAFailureAnotherValueMayTakeTheTimestamp) {
  medium->writes_fail = true;
  EXPECT_FALSE(append("a", {{series("up"), {{t0, 1}}}}).has_value());
  medium->writes_fail = false;
  pass_probe_time(clock);
  EXPECT_EQ(write("a", {{series("up"), {{t0, 2}}}}).samples_written, 1u);
  EXPECT_EQ(read("a").begin()->second, (Points{{t0, 2}}));
}

TEST_F(TsdbTest, WhatTookThePlaceOfAFailedWriteStaysThoughTheFailedOneIsOnDisk) {
  write("a", {{series("tick"), {{t0, 1}}}});
  medium->fails_and_stays = static_cast<int>(Family::journal);
  EXPECT_FALSE(append("a", {{series("up"), {{t0, 1}, {t0 + 1, 1}}}}).has_value());
  medium->fails_and_stays = -1;
  pass_probe_time(clock);
  EXPECT_EQ(write("a", {{series("up"), {{t0, 2}}}}).samples_written, 1u);
  crash();
  EXPECT_EQ(read("a").at(R"({__name__="up"})"), (Points{{t0, 2}}));
}

TEST_F(TsdbTest, AFullDiskRefusesWritesAnswersQuestionsAndResumesByItself) {
  write("a", {{series("up"), {{t0, 1}}}});
  medium->free_bytes = 1000;
  pass_probe_time(clock);
  const auto refused = append("a", {{series("up"), {{t0 + 1, 2}}}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Errc::unavailable);
  EXPECT_NE(refused.error().detail().find("disk_free_bytes_min"), std::string::npos);
  EXPECT_FALSE(append("stranger", {{series("up"), {{t0, 1}}}}).has_value()) << "nor does a new tenant get in";
  EXPECT_EQ(read("a").begin()->second, (Points{{t0, 1}}));
  medium->free_bytes = 1ull << 40;
  pass_probe_time(clock);
  EXPECT_EQ(write("a", {{series("up"), {{t0 + 1, 2}}}}).samples_written, 1u);
}

TEST_F(TsdbTest, MergingWaitsUntilTheStoreIsWritable) {
  for (int round = 0; round < 2; ++round) {
    write("a", {{series("up"), {{t0 + round, 1}}}});
    ASSERT_TRUE(tsdb->flush().has_value());
  }
  medium->free_bytes = 1000;
  pass_probe_time(clock);
  EXPECT_FALSE(append("a", {{series("up"), {{t0 + 2, 1}}}}).has_value());
  const auto refused = tsdb->compact();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Errc::unavailable);
  medium->free_bytes = 1ull << 40;
  pass_probe_time(clock);
  write("a", {{series("up"), {{t0 + 2, 1}}}});
  ASSERT_TRUE(tsdb->compact().has_value());
  EXPECT_EQ(tsdb->stats().blocks, 1u);
}

TEST_F(TsdbTest, AFailedFlushLosesNothingAndIsTriedAgain) {
  write("a", {{series("up"), {{t0, 1}}}});
  medium->ingest_fails = true;
  EXPECT_FALSE(tsdb->flush().has_value());
  EXPECT_EQ(tsdb->stats().flush_failures, 1u);
  EXPECT_EQ(tsdb->stats().blocks, 0u);
  write("a", {{series("up"), {{t0 + 1, 2}}}});
  medium->ingest_fails = false;
  medium->writes_fail = true;
  EXPECT_FALSE(tsdb->flush().has_value());
  medium->writes_fail = false;
  crash();
  const SeriesPoints expected{{R"({__name__="up"})", {{t0, 1}, {t0 + 1, 2}}}};
  EXPECT_EQ(read("a"), expected);
  ASSERT_TRUE(tsdb->flush().has_value());
  EXPECT_EQ(read("a"), expected);
  restart();
  EXPECT_EQ(read("a"), expected);
}

// The error came after the bytes were down: the disk has what we believe it has not. Whenever the end comes, nothing
// may be missing.
TEST_F(TsdbTest, AFlushThatFailedButIsOnDiskLosesNothing) {
  const SeriesPoints expected{{R"({__name__="up"})", {{t0, 1}, {t0 + 1, 2}}}};
  for (const bool crash_at_once : {true, false}) {
    write("a", {{series("up"), {{t0, 1}, {t0 + 1, 2}}}});
    write("a", {{series("tick"), {{clock.now, 1}}}});
    medium->fails_and_stays = static_cast<int>(Family::meta);
    EXPECT_FALSE(tsdb->flush().has_value());
    medium->fails_and_stays = -1;
    if (!crash_at_once) {
      ASSERT_TRUE(tsdb->flush().has_value());
      EXPECT_EQ(tsdb->stats().blocks, 2u) << "one of the first round";
    }
    crash();
    EXPECT_EQ(read("a", {*Matcher::make(Matcher::Op::equal, "__name__", "up")}), expected);
    clock.now += 1000;
  }
}

TEST_F(TsdbTest, ACompactionThatFailedButIsOnDiskLosesNothing) {
  SeriesPoints expected;
  for (int round = 0; round < 4; ++round) {
    expected[R"({__name__="up"})"][t0 + round] = round;
    write("a", {{series("up"), {{t0 + round, static_cast<double>(round)}}}});
    ASSERT_TRUE(tsdb->flush().has_value());
    medium->fails_and_stays = static_cast<int>(Family::meta);
    EXPECT_EQ(tsdb->compact().has_value(), round == 0) << "one block is nothing to merge";
    medium->fails_and_stays = -1;
    if (round == 2) {
      ASSERT_TRUE(tsdb->compact().has_value());
    }
    if (round % 2 == 1) crash();
    EXPECT_EQ(read("a"), expected) << round;
  }
}

TEST_F(TsdbTest, SeriesOfAFailedWriteAreJournaledWithTheNextOne) {
  medium->writes_fail = true;
  EXPECT_FALSE(append("a", {{series("first"), {{t0, 1}}}}).has_value()) << "not even the tenant could be noted";
  medium->writes_fail = false;
  pass_probe_time(clock);
  write("a", {{series("zeroth"), {{t0, 1}}}});
  medium->writes_fail = true;
  EXPECT_FALSE(append("a", {{series("second"), {{t0, 1}}}}).has_value());
  medium->writes_fail = false;
  pass_probe_time(clock);
  write("a", {{series("third"), {{t0, 3}}}});
  crash();
  EXPECT_EQ(read("a"), (SeriesPoints{{R"({__name__="third"})", {{t0, 3}}}, {R"({__name__="zeroth"})", {{t0, 1}}}}));
  write("a", {{series("second"), {{t0, 2}}}});
  EXPECT_EQ(read("a").at(R"({__name__="second"})"), (Points{{t0, 2}}));
}

TEST_F(TsdbTest, SyncMeansThatAPowerCutLosesNothingAcknowledged) {
  write("a", {{series("up"), {{t0, 1}}}});
  medium->power_cut();
  crash();
  EXPECT_EQ(read("a").size(), 1u);
}

TEST_F(TsdbTest, AsyncSurvivesAKillButPromisesNothingForAPowerCut) {
  tsdb.reset();
  options.durability = Durability::async;
  open();
  const auto before = tsdb->stats().syncs;
  write("a", {{series("up"), {{t0, 1}}}});
  write("a", {{series("up"), {{t0 + 1, 1}}}});
  EXPECT_LE(tsdb->stats().syncs, before + 1) << "only the tenant's number is synced";
  tsdb.reset();  // killed: what was written is in the kernel's hands
  open();
  EXPECT_EQ(read("a").begin()->second.size(), 2u);
}

TEST_F(TsdbTest, UnderRandomFaultsEveryAcknowledgedSampleIsKeptAndNoOtherIsShown) {
  std::mt19937 random(11);
  std::map<std::string, Points> acknowledged;
  for (int round = 0; round < 400; ++round) {
    pass_probe_time(clock);
    medium->writes_fail = random() % 4 == 0;
    medium->ingest_fails = random() % 4 == 0;
    const std::string name = "s" + std::to_string(random() % 10);
    const std::int64_t t = clock.now;
    if (append("a", {{series(name), {{t, static_cast<double>(t)}}}}).has_value()) {
      acknowledged[series(name).text()][t] = static_cast<double>(t);
    }
    if (random() % 10 == 0) [[maybe_unused]]
      const auto any = tsdb->flush();
    if (random() % 15 == 0) [[maybe_unused]]
      const auto any = tsdb->compact();
    if (random() % 20 == 0) {
      medium->writes_fail = medium->ingest_fails = false;
      crash();
    }
    if (random() % 20 == 0) {
      ASSERT_EQ(read("a"), acknowledged) << "round " << round;
    }
  }
  medium->writes_fail = medium->ingest_fails = false;
  crash();
  EXPECT_EQ(read("a"), acknowledged);
}

}  // namespace
}  // namespace sluice::storage
