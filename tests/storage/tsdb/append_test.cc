#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

TEST_F(TsdbTest, WhatIsWrittenIsReadBack) {
  const auto report = write("a", {{series("up", {{"job", "x"}}), {{t0, 1}, {t0 + 1000, 2}}}});
  EXPECT_EQ(report.samples_written, 2u);
  EXPECT_EQ(report.new_series, 1u);
  EXPECT_EQ(report.refused_total(), 0u);
  const SeriesPoints expected{{R"({__name__="up", job="x"})", {{t0, 1}, {t0 + 1000, 2}}}};
  EXPECT_EQ(read("a"), expected);
  EXPECT_EQ(write("a", {{series("up", {{"job", "x"}}), {{t0 + 2000, 3}}}}).new_series, 0u);
}

TEST_F(TsdbTest, ATenantNobodyWroteToIsEmpty) {
  EXPECT_TRUE(read("nobody").empty());
  EXPECT_TRUE(tsdb->metadata(tenant("nobody")).empty());
  EXPECT_EQ(tsdb->tenant_stats(tenant("nobody")).series, 0u);
  EXPECT_TRUE(tsdb->tenants().empty()) << "asking does not create";
}

TEST_F(TsdbTest, WhoKeepsAnswersIsToldFromWhenOnTheyHaveChanged) {
  const auto now = clock.now.load();
  write("acme", {{series("m"), {{now, 1}}}});
  const auto source = tsdb->source(tenant("acme"));
  ASSERT_NE(source->changes(), nullptr);
  const auto position = source->changes()->position();
  write("acme", {{series("m"), {{now, 1}}}});
  EXPECT_EQ(source->changes()->changed_from_ms(position), INT64_MAX) << "a duplicate changes nothing";
  write("acme", {{series("m"), {{now + 1000, 2}}}, {series("m"), {{now - 500, 3}}}});
  EXPECT_EQ(source->changes()->changed_from_ms(position), now - 500);
  EXPECT_EQ(source->changes()->changed_from_ms(source->changes()->position()), INT64_MAX);
}

TEST_F(TsdbTest, ATimeWithoutAnySamplesHasNoSeries) {
  write("acme", {{series("m"), {{t0, 1}}}});
  const auto source = tsdb->source(tenant("acme"));
  EXPECT_EQ((*source->select({}, {t0 - 2000, t0 - 1000}, {}))->size(), 0u);
  EXPECT_EQ((*source->select({}, {t0 + 1000, t0 + 2000}, {}))->size(), 0u);
  EXPECT_EQ((*source->select({}, {t0 - 1000, t0 + 1000}, {}))->size(), 1u);
}

TEST_F(TsdbTest, ATenantNeverSeesAnothersData) {
  write("a", {{series("secret", {{"a_label", "a_value"}}), {{t0, 1}}}});
  write("b", {{series("other"), {{t0, 2}}}});
  const auto check = [&] {
    for (const auto& [name, points] : read("b")) EXPECT_EQ(name, R"({__name__="other"})");
    EXPECT_EQ(read("b").size(), 1u);
    const auto source = tsdb->source(tenant("b"));
    EXPECT_EQ(source->symbols().find("secret"), std::nullopt);
    EXPECT_EQ(*source->label_names({{}, kAllTime, 0, {}}), std::vector<std::string>{"__name__"});
    EXPECT_TRUE(source->label_values("a_label", {{}, kAllTime, 0, {}})->empty());
  };
  check();
  ASSERT_TRUE(tsdb->flush().has_value());
  check();
  restart();
  check();
  ASSERT_TRUE(tsdb->compact().has_value());
  check();
}

TEST_F(TsdbTest, TheSameSampleAgainIsADuplicateThatCountsAsWritten) {
  const std::vector<SeriesToWrite> body{{series("up"), {{t0, 1}}}};
  write("a", body);
  const auto again = write("a", body);
  EXPECT_EQ(again.samples_written, 1u);
  EXPECT_EQ(again.duplicates, 1u);
  EXPECT_EQ(again.refused_total(), 0u);
}

TEST_F(TsdbTest, AnotherValueAtAKnownTimestampIsRefusedByNameAndTheRestIsKept) {
  write("a", {{series("up", {{"job", "x"}}), {{t0, 1}}}});
  const auto report = write("a", {{series("up", {{"job", "x"}}), {{t0, 2}, {t0 + 1, 3}}}});
  EXPECT_EQ(refused(report, Refusal::duplicate_timestamp), 1u);
  EXPECT_EQ(report.samples_written, 1u);
  ASSERT_EQ(report.examples.size(), 1u);
  EXPECT_NE(report.examples[0].find("duplicate sample for timestamp " + std::to_string(t0)), std::string::npos);
  EXPECT_NE(report.examples[0].find("new value 2"), std::string::npos);
  EXPECT_NE(report.examples[0].find(R"(for series {__name__="up", job="x"})"), std::string::npos) << report.examples[0];
  EXPECT_EQ(read("a").begin()->second, (Points{{t0, 1}, {t0 + 1, 3}}));
}

TEST_F(TsdbTest, LateSamplesInsideTheWindowAreKeptAndOlderOnesRefused) {
  limits.out_of_order_window_ms = 60'000;
  write("a", {{series("up"), {{t0, 1}}}});
  const auto report = write("a", {{series("up"), {{t0 - 30'000, 2}}}, {series("up"), {{t0 - 90'000, 3}}}});
  EXPECT_EQ(report.samples_written, 1u);
  EXPECT_EQ(refused(report, Refusal::out_of_order_too_old), 1u);
  EXPECT_NE(report.examples.at(0).find("too old sample"), std::string::npos);
  EXPECT_EQ(read("a").begin()->second, (Points{{t0 - 30'000, 2}, {t0, 1}}));
}

TEST_F(TsdbTest, TheFutureAndWhatRetentionWouldDropAreRefused) {
  const auto report = write("a", {{series("up"), {{t0 + limits.future_ms_max + 1, 1}}},
                                  {series("up"), {{t0 - limits.retention_ms - 1, 1}}},
                                  {series("up"), {{t0 + limits.future_ms_max, 1}}}});
  EXPECT_EQ(refused(report, Refusal::too_far_in_future), 1u);
  EXPECT_EQ(refused(report, Refusal::out_of_retention), 1u);
  EXPECT_EQ(report.samples_written, 1u);
}

TEST_F(TsdbTest, TimestampsAtTheEndOfTheNumberRangeAreRefusedCalmly) {
  const auto report = write("a", {{series("up"), {{INT64_MAX, 1}}}, {series("up"), {{INT64_MIN, 1}}}});
  EXPECT_EQ(report.refused_total(), 2u);
}

TEST_F(TsdbTest, LimitsNameThemselvesTheirValueAndTheWayOut) {
  limits.labels_per_series_max = 2;
  limits.label_value_bytes_max = 5;
  const std::vector<SeriesToWrite> body{{series("up", {{"a", "1"}, {"b", "2"}}), {{t0, 1}, {t0 + 1, 1}}},
                                        {series("up", {{"a", "123456"}}), {{t0, 1}}},
                                        {series("up", {{"a", "12345"}}), {{t0, 1}}}};
  for (int round = 0; round < 2; ++round) {  // the second time the refusal is remembered and must read the same
    const auto report = write("a", body);
    EXPECT_EQ(refused(report, Refusal::label_limit), 3u);
    EXPECT_EQ(report.samples_written, 1u);
    ASSERT_EQ(report.examples.size(), 2u);
    EXPECT_NE(report.examples[0].find("series has 3 labels, labels_per_series_max is 2"), std::string::npos);
    EXPECT_NE(report.examples[0].find("raise limits.labels_per_series_max"), std::string::npos);
    EXPECT_NE(report.examples[1].find("label_value_bytes_max is 5"), std::string::npos);
  }
  limits.labels_per_series_max = 3;
  EXPECT_EQ(refused(write("a", body), Refusal::label_limit), 1u) << "a raised limit holds at once";
}

TEST_F(TsdbTest, WhenATenantIsFullKnownSeriesFlowAndNewOnesAreRefused) {
  limits.active_series_max = 2;
  const auto report = write("a", {{series("s1"), {{t0, 1}}}, {series("s2"), {{t0, 1}}}, {series("s3"), {{t0, 1}}}});
  EXPECT_EQ(report.samples_written, 2u);
  EXPECT_EQ(refused(report, Refusal::series_limit), 1u);
  EXPECT_NE(report.examples.at(0).find("active_series_max is 2"), std::string::npos);
  EXPECT_EQ(write("a", {{series("s1"), {{t0 + 1, 1}}}}).samples_written, 1u);
  limits.active_series_max = 3;
  EXPECT_EQ(write("a", {{series("s3"), {{t0 + 1, 1}}}}).samples_written, 1u);
}

TEST_F(TsdbTest, BadLabelsAreRefusedInPrometheussWords) {
  const auto labels = [](std::vector<Label> all) { return Labels(std::move(all)); };
  const auto report = write("a", {{labels({{"a", "1"}}), {{t0, 1}}},
                                  {labels({{"__name__", ""}, {"b", "1"}}), {{t0, 1}}},
                                  {labels({{"__name__", "x"}, {"a", "\xff"}}), {{t0, 1}}},
                                  {labels({{"", "1"}, {"__name__", "x"}}), {{t0, 1}}},
                                  {labels({{"__name__", "x"}, {"a", "1"}, {"a", "2"}}), {{t0, 1}}},
                                  {labels({{"z", "1"}, {"empty", ""}, {"__name__", "x"}}), {{t0, 1}}}});
  EXPECT_EQ(refused(report, Refusal::invalid_labels), 5u);
  EXPECT_EQ(report.samples_written, 1u);
  EXPECT_EQ(report.examples.at(0), R"(invalid metric name or labels, got {a="1"})");
  EXPECT_NE(report.examples.at(4).find("duplicated label a"), std::string::npos);
  EXPECT_EQ(read("a").begin()->first, R"({__name__="x", z="1"})") << "sorted, and empty values dropped";
}

TEST_F(TsdbTest, SpellingsOfOneSeriesAreOneSeries) {
  write("a", {{series("up", {{"a", "1"}}), {{t0, 1}}}});
  const Labels shuffled({{"a", "1"}, {"__name__", "up"}});
  EXPECT_EQ(write("a", {{shuffled, {{t0 + 1, 2}}}}).new_series, 0u);
  EXPECT_EQ(read("a").size(), 1u);
}

TEST_F(TsdbTest, StaleMarkersKeepTheirBits) {
  write("a", {{series("up"), {{t0, 1}, {t0 + 1, stale_nan()}}}});
  ASSERT_TRUE(tsdb->flush().has_value());
  restart();
  const auto points = read("a").begin()->second;
  EXPECT_TRUE(is_stale_nan(points.at(t0 + 1)));
}

TEST_F(TsdbTest, ExamplesAreBoundedAndCountsExact) {
  std::vector<SeriesToWrite> body;
  for (int i = 0; i < 100; ++i) body.push_back({series("s" + std::to_string(i)), {{INT64_MAX, 1}, {INT64_MAX - 1, 1}}});
  const auto report = write("a", body);
  EXPECT_EQ(report.refused_total(), 200u);
  EXPECT_EQ(report.examples.size(), WriteReport::kExamplesMax);
}

TEST_F(TsdbTest, StatisticsCountWhatIsThere) {
  write("a",
        {{series("s1", {{"l", "1"}}), {{t0, 1}}}, {series("s1", {{"l", "2"}}), {{t0, 1}}}, {series("s2"), {{t0, 1}}}});
  write("b", {{series("s1"), {{t0, 1}}}});
  const auto one = tsdb->tenant_stats(tenant("a"));
  EXPECT_EQ(one.series, 3u);
  EXPECT_EQ(one.active_series, 3u);
  EXPECT_EQ(one.samples_appended, 3u);
  EXPECT_EQ(one.max_time_ms, t0);
  const auto top = tsdb->cardinality(tenant("a"), 1);
  ASSERT_EQ(top.series_by_metric.size(), 1u);
  EXPECT_EQ(top.series_by_metric[0].name, "s1");
  EXPECT_EQ(top.series_by_metric[0].value, 2u);
  const auto all = tsdb->stats();
  EXPECT_EQ(all.tenants, 2u);
  EXPECT_EQ(all.series, 4u);
  EXPECT_EQ(all.commits, 2u);
  EXPECT_GE(all.syncs, 2u);
  EXPECT_TRUE(all.writable);
}

}  // namespace
}  // namespace sluice::storage
