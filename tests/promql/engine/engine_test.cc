// The engine as a stranger meets it: text in, values out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/promql/engine/watched_source.h"
#include "tests/promql/engine/world.h"

namespace sluice::promql::test {
namespace {

using testing::HasSubstr;

World mesh() {
  World world;
  world.load(R"(requests_total{app="a",code="200"})", {0, 60, 120, 180, 240, 300})
      .load(R"(requests_total{app="a",code="500"})", {0, 6, 12, 18, 24, 30})
      .load(R"(requests_total{app="b",code="200"})", {0, 30, 60, 30, 60, 90})
      .load(R"(latency_bucket{app="a",le="0.1"})", {0, 10, 20, 30, 40, 50})
      .load(R"(latency_bucket{app="a",le="1"})", {0, 20, 40, 60, 80, 100})
      .load(R"(latency_bucket{app="a",le="+Inf"})", {0, 20, 40, 60, 80, 100});
  return world;
}
constexpr std::int64_t kEnd = 300'000;

TEST(Engine, SelectsTheLatestSampleWithinTheLookback) {
  const World world = mesh();
  EXPECT_EQ(world.ask(R"(requests_total{code="500"})", kEnd + 1000),
            "{__name__=\"requests_total\", app=\"a\", code=\"500\"} 30@301\n");
  EXPECT_EQ(world.ask(R"(requests_total{code="500"})", kEnd + 5 * 60'000), "") << "the lookback is left-open";
}

TEST(Engine, ResolvesASelectorOnceHoweverOftenItIsWritten) {
  World world = mesh();
  const auto source =
      std::make_shared<WatchedSource>(std::shared_ptr<const SeriesSource>(std::shared_ptr<void>(), &world.source()));
  QueryRequest request;
  request.start_ms = request.end_ms = kEnd;
  const auto ask = [&](const std::string& text) {
    request.text = text;
    return World::text(Engine(world.options).execute(source, request));
  };
  EXPECT_EQ(ask("sum(requests_total) / count(requests_total) + 0 * sum(requests_total)"), "{} 140@300\n");
  EXPECT_EQ(source->selections, 1);
  EXPECT_EQ(ask("sum(requests_total) - sum(requests_total offset 1m)"), "{} 96@300\n");
  EXPECT_EQ(source->selections, 3) << "another time is another selection";
}

TEST(Engine, CountsOneSampleForAnInstantSelectorAndTheWholeWindowForARange) {
  const World world = mesh();
  EXPECT_EQ(world.instant(R"(requests_total{app="a"})", kEnd)->stats.total_queryable_samples, 2u);
  EXPECT_EQ(world.range("requests_total", 120'000, kEnd, 60'000)->stats.total_queryable_samples, 3u * 4u);
  EXPECT_EQ(world.instant(R"(increase(requests_total{app="b"}[4m]))", kEnd)->stats.total_queryable_samples, 4u);
  EXPECT_EQ(world.instant("sum(requests_total)[3m:1m]", kEnd)->stats.total_queryable_samples, 3u * 3u);
  EXPECT_EQ(world.instant("max_over_time(sum(requests_total)[3m:1m])", kEnd)->stats.total_queryable_samples, 3u)
      << "the windows over the subquery's rows, not what was read for these";
  EXPECT_EQ(world.range("sum(requests_total @ 300)", 120'000, kEnd, 60'000)->stats.total_queryable_samples, 3u * 4u);
}

TEST(Engine, SumsRatesByLabels) {
  EXPECT_EQ(mesh().ask("sum by (app) (rate(requests_total[5m]))", kEnd), "{app=\"a\"} 1.1@300\n{app=\"b\"} 0.5@300\n");
}

TEST(Engine, CountsWhatWasLostInAReset) {
  EXPECT_EQ(mesh().ask(R"(increase(requests_total{app="b"}[4m]))", kEnd), "{app=\"b\", code=\"200\"} 120@300\n");
}

TEST(Engine, MatchesVectorsOneToOneAndManyToOne) {
  const World world = mesh();
  EXPECT_EQ(world.ask(R"(requests_total{code="500"} / ignoring(code) requests_total{app="a",code="200"})", kEnd),
            "{app=\"a\"} 0.1@300\n");
  EXPECT_EQ(world.ask("requests_total{app=\"a\"} / on(app) group_left sum by (app) (requests_total)", kEnd),
            "{app=\"a\", code=\"200\"} 0.9090909090909091@300\n{app=\"a\", code=\"500\"} 0.09090909090909091@300\n");
  EXPECT_THAT(world.ask("sum by (app) (requests_total) * on(app) requests_total", kEnd),
              HasSubstr("found duplicate series for the match group {app=\"a\"} on the right hand-side"));
}

TEST(Engine, InterpolatesQuantilesOfClassicBuckets) {
  EXPECT_THAT(mesh().ask("histogram_quantile(0.75, sum by (le) (rate(latency_bucket[5m])))", kEnd),
              testing::StartsWith("{} 0.55"));
}

TEST(Engine, RefusesEqualLabelsAfterDroppingNames) {
  World world;
  world.load("one{a=\"b\"}", {1, 1}).load("two{a=\"b\"}", {2, 2});
  EXPECT_EQ(world.ask(R"(abs({a="b"}))", 60'000), "error: vector cannot contain metrics with the same labelset");
  EXPECT_EQ(world.ask(R"(rate({a="b"}[5m]))", 60'000), "error: vector cannot contain metrics with the same labelset");
  world.options.delayed_name_removal = true;
  EXPECT_EQ(world.ask(R"(count(abs({a="b"})))", 60'000), "{} 2@60\n");
}

TEST(Engine, EvaluatesSubqueriesOnTheAbsoluteGrid) {
  EXPECT_EQ(mesh().ask(R"(count_over_time(requests_total{code="500"}[3m:1m]))", kEnd + 30'000),
            "{app=\"a\", code=\"500\"} 3@330\n");
}

TEST(Engine, AnswersRangesSortedByLabels) {
  const auto result = mesh().range("sum by (app) (requests_total)", 0, 120'000, 60'000);
  EXPECT_EQ(World::text(result), "{app=\"a\"} 0@0 66@60 132@120\n{app=\"b\"} 0@0 30@60 60@120\n");
}

TEST(Engine, AnswersABareRangeSelectorWithItsSamples) {
  EXPECT_EQ(mesh().ask(R"(requests_total{code="500"}[2m])", kEnd),
            "{__name__=\"requests_total\", app=\"a\", code=\"500\"} 24@240 30@300\n");
}

TEST(Engine, NamesTheLimitThatAQueryMeets) {
  World world = mesh();
  world.options.series_max = 2;
  EXPECT_THAT(world.ask("sum(requests_total)", kEnd), HasSubstr("limit of 2 (setting query.series_max)"));
  world = mesh();
  world.options.samples_max = 2;
  EXPECT_EQ(world.ask("requests_total", kEnd),
            "error: query processing would load too many samples into memory in query execution");
}

TEST(Engine, StopsWhenAskedAndWhenLate) {
  const World world = mesh();
  QueryRequest request;
  request.text = "sum(requests_total)";
  std::stop_source stop;
  stop.request_stop();
  request.stop = stop.get_token();
  const auto source = std::make_shared<sluice::test::MemorySource>();
  auto result = Engine(world.options).execute(source, request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), Errc::cancelled);
  request.stop = {};
  request.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  result = Engine(world.options).execute(source, request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().detail(), "query timed out in expression evaluation");
}

TEST(Engine, GivesAComparisonTheNameThatGroupLeftBrings) {
  World world;
  world.load(R"(used{node="a"})", {1}).load(R"(size{node="a"})", {2});
  EXPECT_EQ(world.ask("used < bool on (node) group_left (__name__) size", 0), "{__name__=\"size\", node=\"a\"} 1@0\n");
  EXPECT_EQ(world.ask("abs(used) < on (node) group_left (__name__) size", 0), "{__name__=\"size\", node=\"a\"} 1@0\n");
  world.options.delayed_name_removal = true;
  EXPECT_EQ(world.ask("used < bool on (node) group_left (__name__) size", 0), "{node=\"a\"} 1@0\n");
}

TEST(Engine, PointsAnnotationsAtTheirPlace) {
  const auto result = mesh().instant("sum(rate(\nlatency_bucket[5m])) + quantile(2, latency_bucket)", kEnd);
  ASSERT_TRUE(result) << result.error().detail();
  EXPECT_THAT(result->warnings,
              testing::ElementsAre("PromQL warning: quantile value should be between 0 and 1, got 2 (2:33)"));
}

}  // namespace
}  // namespace sluice::promql::test
