// Leaves that look at the same series read them once, and nobody can tell from the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <map>

#include "tests/promql/engine/watched_source.h"
#include "tests/promql/engine/world.h"

namespace sluice::promql::test {
namespace {

constexpr int kSeries = 60;
constexpr std::int64_t kScrapeMs = 15'000, kEndMs = 1'200'000;

std::shared_ptr<WatchedSource> counters_that_reset() {
  auto data = std::make_shared<sluice::test::MemorySource>();
  for (int i = 0; i < kSeries; ++i) {
    const Labels labels =
        Labels::sorted({{"__name__", "m"}, {"id", std::to_string(i)}, {"zone", std::to_string(i % 3)}});
    for (int k = 0; k * kScrapeMs <= kEndMs; ++k)
      if ((k + i) % 11 != 0) data->add(labels, k * kScrapeMs, 0.1 * (i + 1) * (k % (20 + i)));
  }
  return std::make_shared<WatchedSource>(data);
}

using Points = std::map<Labels, std::map<std::int64_t, std::uint64_t>>;  // values as bits

Points points_of(const QueryResult& result) {
  Points points;
  for (const ResultSeries& series : std::get<MatrixResult>(result.value).series)
    for (const FloatPoint& point : series.floats)
      points[to_labels(series.labels, *result.symbols)][point.timestamp_ms] = std::bit_cast<std::uint64_t>(point.value);
  return points;
}

class CommonReadings : public testing::TestWithParam<std::size_t> {  // the number of threads
 protected:
  CommonReadings() {
    options.batch_series = 4;
    options.threads = GetParam();
  }
  Result<QueryResult> ask(const std::string& text, bool instant = false) {
    source->selections = source->series_read = 0;
    QueryRequest request;
    request.text = text;
    request.instant = instant;
    request.start_ms = instant ? kEndMs : 300'000;
    request.end_ms = kEndMs;
    request.step_ms = instant ? 0 : step_ms;
    return Engine(options).execute(source, request);
  }
  // `text` with M where the metric stands: all M are one selector, or every other one is spelled otherwise.
  static std::string spelled(std::string text, bool alike) {
    bool other = false;
    for (std::size_t at = 0; (at = text.find('M', at)) != std::string::npos; other = !other)
      text.replace(at, 1, !other || alike ? "m" : R"(m{id!=""})");
    return text;
  }

  const std::shared_ptr<WatchedSource> source = counters_that_reset();
  EngineOptions options;
  std::int64_t step_ms = 30'000;
};

const char* const kQuestions[] = {
    "sum(rate(M[2m])) / count(rate(M[2m]))",
    "sum by (zone) (rate(M[2m])) / on () group_left () sum(rate(M[2m]))",
    "max_over_time(M[2m]) - min_over_time(M[2m])",
    "quantile_over_time(0.9, M[2m]) / quantile_over_time(0.1, M[2m])",
    "M > 2 and M < 5",
    "avg(M) + stddev(M)",
    "limitk(2, M) or M",
    "topk(3, M) / on (id) sum by (id) (M * 2)",
    "max(abs(M)) - min(-M)",
    "count_values by (zone) (\"v\", round(M, 50)) > on (zone) group_left () min by (zone) (M)",
    "quantile(0.5, rate(M[2m])) + stddev(rate(M[2m]))",
    "M * timestamp(M)",
};

TEST_P(CommonReadings, GiveTheSameBitsAsTwoSelectorsApart) {
  for (const char* question : kQuestions) {
    const auto apart = ask(spelled(question, false));
    ASSERT_TRUE(apart.has_value()) << question << ": " << apart.error().detail();
    ASSERT_FALSE(points_of(*apart).empty()) << question;
    const auto shared = ask(spelled(question, true));
    ASSERT_TRUE(shared.has_value()) << question;
    EXPECT_EQ(points_of(*shared), points_of(*apart)) << question;
    EXPECT_EQ(shared->infos.size(), apart->infos.size()) << question;
    EXPECT_EQ(shared->stats.total_queryable_samples, apart->stats.total_queryable_samples) << question;
  }
}

TEST_P(CommonReadings, ReadEverySeriesOnce) {
  for (const char* question : kQuestions) {
    ASSERT_TRUE(ask(spelled(question, false)).has_value());
    EXPECT_EQ(source->selections, 2) << question;
    ASSERT_TRUE(ask(spelled(question, true)).has_value());
    EXPECT_EQ(source->selections, 1) << question;
    EXPECT_EQ(source->series_read, kSeries) << question;
  }
  EXPECT_TRUE(ask("sum(m) / count(m)", true).has_value());
  EXPECT_EQ(source->series_read, kSeries) << "an instant query";
}

TEST_P(CommonReadings, ReadAgainWhatFindsNoRoomToWait) {
  const std::string question = "sum(M) / on () group_right () (M > 400)";
  step_ms = 1'000;
  const auto apart = ask(spelled(question, false));
  ASSERT_TRUE(apart.has_value());
  options.memory_bytes_max = 512 << 10;  // the rows of all series would take more than half of it
  const auto shared = ask(spelled(question, true));
  ASSERT_TRUE(shared.has_value()) << shared.error().detail();
  EXPECT_EQ(points_of(*shared), points_of(*apart));
  EXPECT_GT(source->series_read, kSeries);
  EXPECT_LE(source->series_read, 2 * kSeries);
}

TEST_P(CommonReadings, LeaveEveryLeafItsOwnNotes) {
  const auto result = ask("sum(rate(m[2m])) / sum(increase(m[2m]))");
  ASSERT_TRUE(result.has_value());
  EXPECT_THAT(result->infos, testing::ElementsAre(testing::HasSubstr("(1:33)")))
      << "the last one's place, as Prometheus";
  const auto alike = ask("count(rate(m[2m])) - count(rate(m[2m]))");
  ASSERT_TRUE(alike.has_value());
  EXPECT_THAT(alike->infos, testing::ElementsAre(testing::HasSubstr("(1:33)")));
}

INSTANTIATE_TEST_SUITE_P(Threads, CommonReadings, testing::Values(1, 4));

}  // namespace
}  // namespace sluice::promql::test
