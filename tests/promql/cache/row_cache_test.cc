// Goal: whatever is written and asked, in any order, the cache answers what the engine alone answers, to the bit.
// Method: random samples (some late, some stale) and random ranges over one world, both ways, for every query.
#include "promql/cache/row_cache.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <random>

#include "promql/engine/engine.h"
#include "proto/model/sample.h"
#include "tests/support/memory_source.h"

namespace sluice::promql {
namespace {

constexpr std::int64_t kScrapeMs = 15'000, kStepMs = 30'000;

// Every change is remembered: the plainest feed there can be.
class PlainFeed final : public ChangeFeed {
 public:
  void note(std::int64_t time_ms) { times_ms_.push_back(time_ms); }
  std::uint64_t position() const override { return times_ms_.size(); }
  std::int64_t changed_from_ms(std::uint64_t position) const override {
    std::int64_t from_ms = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = position; i < times_ms_.size(); ++i) from_ms = std::min(from_ms, times_ms_[i]);
    return from_ms;
  }

 private:
  std::vector<std::int64_t> times_ms_;
};

// A MemorySource that tells of changes, hides what is older than its retention, and counts selections.
class World final : public SeriesSource {
 public:
  void write(const Labels& labels, std::int64_t time_ms, double value) {
    auto& series = memory_.series(labels);
    const auto at = std::lower_bound(series.times_ms.begin(), series.times_ms.end(), time_ms);
    if (at != series.times_ms.end() && *at == time_ms) return;
    series.values.insert(series.values.begin() + (at - series.times_ms.begin()), value);
    series.times_ms.insert(at, time_ms);
    feed_.note(time_ms);
  }
  void hide_before(std::int64_t earliest_ms) { earliest_ms_ = earliest_ms; }
  std::size_t selections() const { return selections_; }

  const ChangeFeed* changes() const override { return &feed_; }
  std::int64_t earliest_ms() const override { return earliest_ms_; }
  const SymbolSource& symbols() const override { return memory_.symbols(); }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs range,
                                            std::stop_token stop) const override {
    ++selections_;
    range.min_ms = std::max(range.min_ms, earliest_ms_);
    return memory_.select(matchers, range, stop);
  }
  Result<std::vector<std::string>> label_names(const LabelQuery& query) const override {
    return memory_.label_names(query);
  }
  Result<std::vector<std::string>> label_values(const std::string& name, const LabelQuery& query) const override {
    return memory_.label_values(name, query);
  }

 private:
  test::MemorySource memory_;
  PlainFeed feed_;
  std::int64_t earliest_ms_ = std::numeric_limits<std::int64_t>::min();
  mutable std::size_t selections_ = 0;
};

Labels series_labels(const std::string& metric, int id) {
  std::vector<Label> labels = {{"__name__", metric}, {"id", std::to_string(id)}, {"zone", std::to_string(id % 3)}};
  if (metric == "b_bucket") labels.push_back({"le", id % 4 == 3 ? "+Inf" : std::to_string(id % 4 + 1)});
  return Labels::sorted(std::move(labels));
}

QueryRequest range_request(const std::string& text, std::int64_t start_ms, std::int64_t end_ms) {
  QueryRequest request;
  request.text = text;
  request.instant = false;
  request.start_ms = start_ms;
  request.end_ms = end_ms;
  request.step_ms = kStepMs;
  return request;
}

Result<QueryResult> ask_with(RowCache& cache, const Engine& engine, const std::string& tenant,
                             const std::shared_ptr<World>& world, QueryRequest request) {
  const auto keeper = cache.keeper(tenant, world);
  request.keeper = keeper.get();
  return engine.execute(world, request);
}

using Points = std::map<Labels, std::map<std::int64_t, std::uint64_t>>;  // values as bits

Points points_of(const QueryResult& result) {
  Points points;
  for (const ResultSeries& series : std::get<MatrixResult>(result.value).series) {
    auto& of_series = points[to_labels(series.labels, *result.symbols)];
    for (const FloatPoint& point : series.floats)
      of_series[point.timestamp_ms] = std::bit_cast<std::uint64_t>(point.value);
  }
  return points;
}

void expect_alike(const Result<QueryResult>& ours, const Result<QueryResult>& wanted, const std::string& what) {
  ASSERT_EQ(ours.has_value(), wanted.has_value()) << what;
  if (!wanted) return;
  EXPECT_EQ(points_of(*ours), points_of(*wanted)) << what;
  EXPECT_EQ(ours->warnings, wanted->warnings) << what;
  EXPECT_EQ(ours->infos, wanted->infos) << what;
}

const char* const kQueries[] = {
    "sum by (zone) (a_total)",
    "min by (zone) (a_total offset -1m)",
    "sum by (zone) (rate(a_total[2m]))",
    "sum by (id) (rate(a_total[2m]))",
    "sum(sum by (id, zone) (rate(a_total[2m])))",
    "topk(2, sum by (id) (a_total))",
    "rate(a_total[2m]) / on (zone) group_left sum by (zone) (rate(a_total[2m]))",
    "sum by (zone) (irate(a_total[1m])) / count by (zone) (a_total)",
    "avg without (id) (a_total offset 5m)",
    "stddev by (zone) (a_total)",
    "topk(2, a_total)",
    "quantile by (zone) (0.3, a_total)",
    "count_values(\"v\", count by (id) (a_total > 50))",
    "group by (id, zone) (b_bucket)",
    "histogram_quantile(0.9, sum by (le) (rate(b_bucket[2m])))",
    "histogram_quantile(0.5, sum by (le) (rate(b_bucket[1m]))) - histogram_quantile(0.9, sum by (le) "
    "(rate(b_bucket[1m])))",
    "sum by (zone) (quantile_over_time(0.5, a_total[1m]))",
    "sum by (zone) (rate(odd_name[2m]))",  // annotated
    "max_over_time(sum by (zone) (rate(a_total[1m]))[4m:1m])",
    "deriv(a_total[5m]) > 0",
    "absent(a_total{id=\"nobody\"})",
    "sum by (zone) (label_replace(a_total, \"zone\", \"z$1\", \"zone\", \"(.*)\"))",
    "max by (zone) (a_total unless on (id) (a_total > 60))",
    "count(a_total and on (id) b_bucket)",
    "sum(a_total @ end())",
    "stdvar(predict_linear(a_total[3m], 60))",
    "max(timestamp(a_total))",
    "scalar(sum(a_total)) * a_total",
    "quantile(scalar(avg(a_total)) / 100, a_total)",
    "sum(rate({__name__=~\"a_total|b_bucket\"}[2m]))",  // rows collide: an error either way
};

class AgainstTheEngine : public testing::TestWithParam<const char*> {};

TEST_P(AgainstTheEngine, TheCacheGivesTheSameBits) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const auto world = std::make_shared<World>();
    EngineOptions options;
    options.batch_series = 7;
    const Engine engine(options);
    RowCache cache(1 << 20);
    std::int64_t now_ms = 3'600'000;
    for (int round = 0; round < 60; ++round) {
      for (int id = 0; id < 20; ++id) {
        const bool late = pick(20) == 0, missing = pick(10) == 0, stale = pick(30) == 0;
        const std::int64_t time_ms = now_ms + id * 11 - (late ? pick(600'000) : 0);
        if (missing) continue;
        world->write(series_labels("a_total", id), time_ms, stale ? stale_nan() : pick(1000) / 8.0);
        world->write(series_labels("b_bucket", id), time_ms, round * (id % 4 + 1) + pick(2));
        world->write(series_labels("odd_name", id), time_ms, round);
      }
      now_ms += kScrapeMs;
      if (round % 10 == 9) world->hide_before(now_ms - 900'000);
      const std::int64_t end_ms = (now_ms / kStepMs - pick(6) + 2) * kStepMs;
      const std::int64_t start_ms = end_ms - kStepMs * (1 + pick(40));
      const auto request = range_request(GetParam(), start_ms, end_ms + pick(2) * 7'000);
      expect_alike(
          ask_with(cache, engine, "t", world, request), engine.execute(world, request),
          "round " + std::to_string(round) + " [" + std::to_string(start_ms) + ", " + std::to_string(end_ms) + "]");
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Queries, AgainstTheEngine, testing::ValuesIn(kQueries));

class RowCacheOver : public testing::Test {
 protected:
  RowCacheOver() {
    for (std::int64_t t = 0; t <= 3'600'000; t += kScrapeMs) world->write(series_labels("a_total", 1), t, t / 1000.0);
  }
  Result<QueryResult> ask(std::int64_t start_ms, std::int64_t end_ms, const std::string& tenant = "t",
                          const std::string& text = "sum(rate(a_total[1m]))") {
    return ask_with(cache, engine, tenant, world, range_request(text, start_ms, end_ms));
  }
  const std::shared_ptr<World> world = std::make_shared<World>();
  const Engine engine{EngineOptions()};
  RowCache cache{1 << 20};
};

TEST_F(RowCacheOver, AQuietWorldReadsNothingTheSecondTime) {
  ASSERT_TRUE(ask(600'000, 1'800'000));
  const std::size_t before = world->selections();
  ASSERT_TRUE(ask(600'000, 1'800'000));
  ASSERT_TRUE(ask(900'000, 1'500'000));
  EXPECT_EQ(world->selections(), before);
  EXPECT_EQ(cache.stats().steps_evaluated, 41u);
  EXPECT_EQ(cache.stats().steps_kept, 41u + 21u);
}

TEST_F(RowCacheOver, ARefreshReadsOnlyTheNewSteps) {
  ASSERT_TRUE(ask(600'000, 1'800'000));
  const auto refreshed = ask(660'000, 1'860'000);
  ASSERT_TRUE(refreshed);
  EXPECT_EQ(cache.stats().steps_kept, 39u);
  const auto whole = engine.execute(world, range_request("sum(rate(a_total[1m]))", 660'000, 1'860'000));
  EXPECT_LT(refreshed->stats.samples_read * 10, whole->stats.samples_read);
}

TEST_F(RowCacheOver, PanelsThatShareAnAggregationShareItsRows) {
  ASSERT_TRUE(ask(600'000, 1'800'000, "t", "histogram_quantile(0.5, sum by (le) (rate(b_bucket[1m])))"));
  const std::size_t before = world->selections();
  ASSERT_TRUE(ask(600'000, 1'800'000, "t", "histogram_quantile(0.9, sum by(le)(rate(b_bucket[60s])))"));
  EXPECT_EQ(world->selections(), before);
}

TEST_F(RowCacheOver, AnotherTenantOrAnotherPhaseOfTheStepsIsAnotherQuestion) {
  ASSERT_TRUE(ask(600'000, 1'800'000));
  ASSERT_TRUE(ask(600'000, 1'800'000, "other"));
  ASSERT_TRUE(ask(600'001, 1'800'001));
  EXPECT_EQ(cache.stats().steps_kept, 0u);
  EXPECT_EQ(cache.stats().steps_evaluated, 3 * 41u);
}

TEST_F(RowCacheOver, AnnotatedRowsAreEvaluatedAgain) {
  world->write(series_labels("odd_name", 1), 1'000'000, 1);
  world->write(series_labels("odd_name", 1), 1'015'000, 2);
  for (int i = 0; i < 2; ++i) {
    const auto answer = ask(600'000, 1'800'000, "t", "sum(rate(odd_name[1m]))");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->infos.size(), 1u);
  }
  EXPECT_EQ(cache.stats().steps_kept, 0u);
}

TEST_F(RowCacheOver, ABudgetOfNothingKeepsNothing) { EXPECT_EQ(RowCache(0).keeper("t", world), nullptr); }

}  // namespace
}  // namespace sluice::promql
