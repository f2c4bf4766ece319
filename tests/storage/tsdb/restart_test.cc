#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

const std::string kUp = R"({__name__="up"})";

TEST_F(TsdbTest, ACrashLosesNothingAcknowledged) {
  write("a", {{series("up"), {{t0, 1}, {t0 + 1, 2}}}});
  write("b", {{series("other", {{"x", "y"}}), {{t0, 3}}}});
  crash();
  EXPECT_EQ(tsdb->stats().replayed_samples, 3u);
  EXPECT_EQ(read("a"), (SeriesPoints{{kUp, {{t0, 1}, {t0 + 1, 2}}}}));
  EXPECT_EQ(read("b").begin()->second, (Points{{t0, 3}}));
  EXPECT_EQ(write("a", {{series("up"), {{t0 + 1, 2}}}}).duplicates, 1u) << "memory of what was last survives";
}

TEST_F(TsdbTest, ACrashAfterAFlushReplaysOnlyWhatCameBehindIt) {
  write("a", {{series("up"), {{t0, 1}}}});
  ASSERT_TRUE(tsdb->flush().has_value());
  write("a", {{series("up"), {{t0 + 1, 2}}}, {series("new"), {{t0 + 1, 5}}}});
  crash();
  EXPECT_EQ(tsdb->stats().replayed_samples, 2u);
  EXPECT_EQ(read("a"), (SeriesPoints{{R"({__name__="new"})", {{t0 + 1, 5}}}, {kUp, {{t0, 1}, {t0 + 1, 2}}}}));
}

TEST_F(TsdbTest, ACleanRestartReplaysNothing) {
  write("a", {{series("up"), {{t0, 1}}}});
  restart();
  EXPECT_EQ(tsdb->stats().replayed_samples, 0u);
  EXPECT_EQ(read("a"), (SeriesPoints{{kUp, {{t0, 1}}}}));
  write("a", {{series("up"), {{t0 + 1, 2}}}});
  restart();
  restart();
  EXPECT_EQ(read("a"), (SeriesPoints{{kUp, {{t0, 1}, {t0 + 1, 2}}}}));
}

TEST_F(TsdbTest, RefsContinueAfterARestart) {
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 20; ++i) {
      write("a", {{series("s" + std::to_string(round * 20 + i)), {{t0 + i, static_cast<double>(round)}}}});
    }
    if (round % 2 == 0) {
      crash();
    } else {
      restart();
    }
  }
  EXPECT_EQ(read("a").size(), 100u);
  EXPECT_EQ(tsdb->tenant_stats(tenant("a")).series, 100u);
}

TEST_F(TsdbTest, AfterCloseWritesAreRefusedAndOldSourcesStillRead) {
  write("a", {{series("up"), {{t0, 1}}}});
  const auto source = tsdb->source(tenant("a"));
  ASSERT_TRUE(tsdb->close().has_value());
  const auto refused = append("a", {{series("up"), {{t0 + 1, 1}}}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Errc::unavailable);
  EXPECT_EQ(read_floats(*source, {}, kAllTime)->size(), 1u);
  EXPECT_TRUE(tsdb->close().has_value()) << "closing twice is harmless";
}

TEST_F(TsdbTest, LabelsOfExemplarsAreInOrderHoweverTheyWereSent) {
  const Exemplar sent{{{"trace_id", "abc"}, {"span_id", "7"}}, t0, 0.5};
  const Exemplar again{{{"span_id", "7"}, {"trace_id", "abc"}}, t0, 0.5};
  write("a", {{series("up"), {{t0, 1}}, {}, {sent, again}}});
  const auto found = tsdb->exemplars(tenant("a"), {{*Matcher::make(Matcher::Op::equal, "__name__", "up")}}, kAllTime);
  ASSERT_TRUE(found.has_value() && found->size() == 1);
  ASSERT_EQ(found->at(0).exemplars.size(), 1u) << "the same exemplar twice is one";
  EXPECT_EQ(found->at(0).exemplars[0].labels, again.labels);
}

TEST_F(TsdbTest, MetadataAndExemplarsSurviveACrashAndARestart) {
  const Exemplar exemplar{{{"trace_id", "abc"}}, t0, 0.5};
  std::string message;
  wire::append_metadata_v1(message, {"up", MetricType::gauge, "is it up", "bool"});
  const auto metadata = decode_request(message, wire::Protocol::remote_write_1);
  ASSERT_TRUE(tsdb->append(tenant("a"), metadata->batch, limits).has_value());
  EXPECT_EQ(write("a", {{series("up"), {{t0, 1}}, {}, {exemplar}}}).exemplars_written, 1u);
  const auto check = [&] {
    const auto book = tsdb->metadata(tenant("a"));
    ASSERT_EQ(book.size(), 1u);
    EXPECT_EQ(book[0].help, "is it up");
    EXPECT_EQ(book[0].type, MetricType::gauge);
    const auto found = tsdb->exemplars(tenant("a"), {{*Matcher::make(Matcher::Op::equal, "__name__", "up")}}, kAllTime);
    ASSERT_TRUE(found.has_value());
    ASSERT_EQ(found->size(), 1u);
    ASSERT_EQ(found->at(0).exemplars.size(), 1u);
    EXPECT_EQ(found->at(0).exemplars[0].labels[0].value, "abc");
    EXPECT_EQ(found->at(0).series, series("up"));
  };
  check();
  crash();
  check();
  restart();
  check();
  crash();
  check();
}

}  // namespace
}  // namespace sluice::storage
