#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

constexpr std::int64_t kHour = 3600 * 1000;
const std::string kUp = R"({__name__="up"})";

TEST_F(TsdbTest, FlushedAndEvictedSamplesAreReadFromBlocks) {
  options.keep_after_flush_ms = 0;
  restart();
  Points expected;
  for (int i = 0; i < 200; ++i) expected[t0 + i * 15'000] = i;
  for (const auto& [t, value] : expected) {
    clock.now = t;
    write("a", {{series("up"), {{t, value}}}});
  }
  ASSERT_TRUE(tsdb->flush().has_value());
  EXPECT_GE(tsdb->stats().blocks, 1u);
  EXPECT_EQ(read("a"), (SeriesPoints{{kUp, expected}}));
  const TimeRangeMs middle{t0 + 10 * 15'000, t0 + 20 * 15'000};
  EXPECT_EQ(read("a", {}, middle).at(kUp), Points(expected.find(middle.min_ms), expected.upper_bound(middle.max_ms)));
}

TEST_F(TsdbTest, SeriesOfOneScrapeShareTimestampsAlsoFromBlocksAndAcrossTheSeam) {
  const auto scrape = [&](std::int64_t t) {
    clock.now = t;
    std::vector<SeriesToWrite> body;
    for (int i = 0; i < 10; ++i) body.push_back({series("m" + std::to_string(i)), {{t, static_cast<double>(i)}}});
    write("a", body);
  };
  for (int i = 0; i < 20; ++i) scrape(t0 + i * 15'000);
  restart();
  for (int i = 20; i < 40; ++i) scrape(t0 + i * 15'000);
  const auto source = tsdb->source(tenant("a"));
  const auto set = *source->select({}, kAllTime, {});
  SeriesBatch batch;
  ASSERT_TRUE(set->read(0, set->size(), batch).has_value());
  ASSERT_EQ(batch.series.size(), 10u);
  for (const SeriesSamples& samples : batch.series) {
    EXPECT_EQ(samples.timestamps_ms.size(), 40u);
    EXPECT_EQ(samples.timestamps_ms.data(), batch.series[0].timestamps_ms.data());
  }
}

TEST_F(TsdbTest, CompactionLeavesOneBlockPerPartitionAndTheSameAnswers) {
  for (int i = 0; i < 12; ++i) {
    clock.now = t0 + i * kHour / 2;
    write("a", {{series("up"), {{clock.now, static_cast<double>(i)}}}, {series("other"), {{clock.now, 1}}}});
    write("b", {{series("up"), {{clock.now, -static_cast<double>(i)}}}});
    ASSERT_TRUE(tsdb->flush().has_value());
  }
  const auto before_a = read("a"), before_b = read("b");
  EXPECT_GT(tsdb->stats().compaction_backlog, 0u);
  ASSERT_TRUE(tsdb->compact().has_value());
  EXPECT_EQ(tsdb->stats().compaction_backlog, 0u);
  EXPECT_LE(tsdb->stats().blocks, 4u);
  EXPECT_GT(tsdb->stats().compactions, 0u);
  EXPECT_EQ(read("a"), before_a);
  EXPECT_EQ(read("b"), before_b);
  restart();
  EXPECT_EQ(read("a"), before_a);
  EXPECT_EQ(read("b"), before_b);
}

TEST_F(TsdbTest, ASourceReadsOnWhileItsBlocksAreReplaced) {
  for (int i = 0; i < 4; ++i) {
    write("a", {{series("up"), {{t0 + i, static_cast<double>(i)}}}});
    ASSERT_TRUE(tsdb->flush().has_value());
  }
  restart();
  const auto source = tsdb->source(tenant("a"));
  const auto set = *source->select({}, kAllTime, {});
  SeriesBatch before;
  ASSERT_TRUE(set->read(0, 1, before).has_value());
  ASSERT_TRUE(tsdb->compact().has_value());
  SeriesBatch after;
  ASSERT_TRUE(set->read(0, 1, after).has_value());
  EXPECT_EQ(before.series[0].timestamps_ms.size(), 4u);
  EXPECT_EQ(after.series[0].timestamps_ms.size(), 4u);
}

TEST_F(TsdbTest, RetentionDropsWholeBlocksAndHidesTheRest) {
  limits.retention_ms = 10 * kHour;
  write("a", {{series("up"), {{t0, 1}}}});
  ASSERT_TRUE(tsdb->flush().has_value());
  clock.now = t0 + 9 * kHour;
  write("a", {{series("up"), {{clock.now, 2}}}});
  restart();
  EXPECT_EQ(read("a").at(kUp).size(), 2u);
  clock.now = t0 + 11 * kHour;
  EXPECT_EQ(read("a").at(kUp), (Points{{t0 + 9 * kHour, 2}})) << "hidden at once";
  EXPECT_EQ(tsdb->stats().blocks, 2u);
  ASSERT_TRUE(tsdb->compact().has_value());
  EXPECT_EQ(tsdb->stats().blocks, 1u) << "and dropped by the next compaction";
}

TEST_F(TsdbTest, AShorterRetentionOfOneTenantDisappearsInCompaction) {
  write("short", {{series("up"), {{t0, 1}}}});
  write("long", {{series("up"), {{t0, 2}}}});
  restart();
  tsdb->set_limits([](const TenantId& who) {
    StorageLimits limits;
    if (who.text() == "short") limits.retention_ms = kHour;
    return limits;
  });
  clock.now = t0 + 20 * kHour;
  ASSERT_TRUE(tsdb->compact().has_value());
  EXPECT_TRUE(read("short").empty());
  EXPECT_EQ(read("long").at(kUp), (Points{{t0, 2}}));
  tsdb->set_limits([](const TenantId&) { return StorageLimits(); });
  EXPECT_TRUE(read("short").empty()) << "gone, not only hidden";
}

// Whose pods are gone for an hour is not offered as a choice for the last fifteen minutes, although memory has it.
TEST_F(TsdbTest, ASeriesThatEndedIsNotListedForWhatCameAfter) {
  using Names = std::vector<std::string>;
  const auto listed = [&](TimeRangeMs range, const std::vector<std::vector<Matcher>>& selectors = {}) {
    const auto source = tsdb->source(tenant("a"));
    Names names;
    const auto set = *source->list({}, range, {});
    for (std::size_t i = 0; i < set->size(); ++i)
      names.push_back(std::string(to_labels(set->labels(i), source->symbols()).get("__name__")));
    EXPECT_EQ(*source->label_values("__name__", {selectors, range, 0, {}}), names);
    return names;
  };
  const auto check = [&](const char* where) {
    EXPECT_EQ(listed({t0, t0 + 1}), Names{"ended"}) << where;
    EXPECT_EQ(listed({t0 + kHour, t0 + 2 * kHour}), Names{"young"}) << where;
    EXPECT_EQ(listed({t0 + kHour, t0 + 2 * kHour}, {{*Matcher::make(Matcher::Op::not_equal, "__name__", "x")}}),
              Names{"young"});
    EXPECT_EQ(listed({t0 + 2, t0 + kHour - 1}), Names{}) << where;
    EXPECT_EQ(listed(kAllTime), (Names{"ended", "young"})) << where;
  };
  options.partition_ms = kHour / 2;
  options.keep_after_flush_ms = kHour / 2;
  restart();
  write("a", {{series("ended"), {{t0, 1}, {t0 + 1, 2}}}});
  clock.now = t0 + 2 * kHour;
  write("a", {{series("young"), {{t0 + kHour, 1}, {t0 + 2 * kHour, 2}}}});
  check("in memory");
  ASSERT_TRUE(tsdb->flush().has_value());  // and evicts
  check("in blocks, some in memory, too");
  restart();
  check("in blocks");
}

TEST_F(TsdbTest, LabelsAreThoseOfSeriesAliveInTheRange) {
  options.keep_after_flush_ms = 0;
  limits.out_of_order_window_ms = 20 * kHour;
  restart();
  write("a", {{series("old", {{"old_label", "x"}}), {{t0, 1}}}});
  ASSERT_TRUE(tsdb->flush().has_value());
  clock.now = t0 + 10 * kHour;
  ASSERT_TRUE(tsdb->flush().has_value());  // now "old" leaves memory
  write("a", {{series("young", {{"young_label", "y"}}), {{clock.now, 1}}}});
  const auto names = [&](TimeRangeMs range) { return *tsdb->source(tenant("a"))->label_names({{}, range, 0, {}}); };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names({t0, t0 + kHour}), (Names{"__name__", "old_label"}));
  EXPECT_EQ(names({t0 + 9 * kHour, t0 + 11 * kHour}), (Names{"__name__", "young_label"}));
  EXPECT_EQ(names(kAllTime), (Names{"__name__", "old_label", "young_label"}));
  restart();
  EXPECT_EQ(names({t0, t0 + kHour}), (Names{"__name__", "old_label"}));
  EXPECT_EQ(*tsdb->source(tenant("a"))->label_values("__name__", {{}, {t0, t0 + kHour}, 0, {}}), Names{"old"});
}

// Goal: an outage of one agent, healthy ones beside it, costs nothing. Method: it replays ten hours whose partitions
// were compacted long ago; flushes, a compaction and a crash come in between.
TEST_F(TsdbTest, AnAgentThatReplaysItsLogAfterAnOutageLosesNothing) {
  const auto agent = [](const char* name) { return series("up", {{"agent", name}, {"instance", name}}); };
  const std::int64_t minute = 60'000, outage = 10 * kHour;
  write("a", {{agent("away"), {{t0, 0}}}});
  Points healthy, returned{{t0, 0}};
  for (std::int64_t t = 0; t <= outage; t += minute) {
    clock.now = t0 + t;
    write("a", {{agent("healthy"), {{clock.now, 1}}}});
    healthy[clock.now] = 1;
    if (t % kHour == 0) {
      ASSERT_TRUE(tsdb->flush().has_value());
    }
  }
  ASSERT_TRUE(tsdb->compact().has_value());
  for (std::int64_t t = minute; t <= outage; t += minute) {
    const auto report = write("a", {{agent("away"), {{t0 + t, static_cast<double>(t)}}}});
    ASSERT_EQ(report.refused_total(), 0u) << report.examples.at(0);
    returned[t0 + t] = static_cast<double>(t);
    if (t == 2 * kHour) {
      ASSERT_TRUE(tsdb->flush().has_value());
    }
    if (t == 4 * kHour) {
      ASSERT_TRUE(tsdb->compact().has_value());
    }
    if (t == 6 * kHour) crash();
  }
  const SeriesPoints expected{{agent("away").text(), returned}, {agent("healthy").text(), healthy}};
  EXPECT_EQ(read("a"), expected);
  ASSERT_TRUE(tsdb->flush().has_value());
  EXPECT_EQ(read("a"), expected);
  ASSERT_TRUE(tsdb->compact().has_value());
  EXPECT_EQ(read("a"), expected);
  restart();
  EXPECT_EQ(read("a"), expected);
}

TEST_F(TsdbTest, ABudgetForTheHeadEvictsWhatIsFlushedEarlier) {
  options.head_bytes_max = 1;
  restart();
  for (int i = 0; i < 500; ++i) {
    clock.now = t0 + i * 1000;
    write("a", {{series("up"), {{clock.now, static_cast<double>(i * i % 97)}}}});
  }
  ASSERT_TRUE(tsdb->flush().has_value());
  EXPECT_EQ(read("a").at(kUp).size(), 500u);
}

TEST_F(TsdbTest, HistogramsAndStartTimesSurviveBlocks) {
  Histogram histogram;
  histogram.integer = true;
  histogram.schema = 3;
  histogram.positive_spans = {{1, 2}};
  histogram.positive_buckets = {2, 3};
  histogram.count = 5;
  histogram.sum = 1.25;
  wire::SymbolDictionary dictionary;
  wire::RequestBuilderV2 builder(dictionary);
  const std::vector<LabelRef> labels{{"__name__", "h"}}, counter{{"__name__", "c"}};
  const std::vector<wire::OutgoingHistogram> histograms{{t0, t0 - 500, &histogram}, {t0 + 1, t0 - 500, &histogram}};
  const std::vector<wire::OutgoingSample> samples{{{t0, 1}, t0 - 100}, {{t0 + 1, 2}, t0 - 100}, {{t0 + 2, 3}, 0}};
  builder.add(wire::symbol_ids(dictionary, labels), {{}, histograms, {}}, nullptr);
  builder.add(wire::symbol_ids(dictionary, counter), {samples, {}, {}}, nullptr);
  std::string message;
  builder.finish(message);
  const auto request = decode_request(message, wire::Protocol::remote_write_2);
  const auto report = tsdb->append(tenant("a"), request->batch, limits);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->histograms_written, 2u);
  EXPECT_EQ(report->samples_written, 3u);
  const auto check = [&] {
    const auto source = tsdb->source(tenant("a"));
    const auto set = *source->select({}, kAllTime, {});
    ASSERT_EQ(set->size(), 2u);
    SeriesBatch batch;
    ASSERT_TRUE(set->read(0, 2, batch).has_value());
    const SeriesSamples& h = batch.series[0];
    ASSERT_EQ(h.histograms.size(), 2u);
    EXPECT_EQ(h.histograms[1].histogram->sum, 1.25);
    ASSERT_EQ(h.start_times.size(), 2u);
    EXPECT_EQ(h.start_times[0].start_ms, t0 - 500);
    const SeriesSamples& c = batch.series[1];
    ASSERT_EQ(c.start_times.size(), 2u);
    EXPECT_EQ(c.start_times[1].timestamp_ms, t0 + 1);
    EXPECT_EQ(c.start_times[1].start_ms, t0 - 100);
  };
  check();
  crash();
  check();
  restart();
  check();
  ASSERT_TRUE(tsdb->compact().has_value());
  check();
}

}  // namespace
}  // namespace sluice::storage
