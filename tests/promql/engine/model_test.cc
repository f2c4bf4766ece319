// The engine agrees with the naive model over random data, and gives the same bits however the work is divided.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "promql/engine/engine.h"
#include "tests/promql/engine/naive_model.h"
#include "tests/support/memory_source.h"

namespace sluice::promql::test {
namespace {

constexpr std::int64_t kStartMs = 600'000, kEndMs = 1'800'000, kStepMs = 30'000;

// Some targets share their timestamps, some series have gaps, resets and stale markers.
std::vector<ModelSeries> random_series(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<ModelSeries> all;
  for (int metric = 0; metric < 2; ++metric) {
    for (int i = 0; i < 30; ++i) {
      std::vector<Label> labels = {{"__name__", metric == 0 ? "a_total" : "b_total"},
                                   {"id", std::to_string(i)},
                                   {"zone", std::string(1, static_cast<char>('x' + i % 3))}};
      if (i % 4 != 0) labels.push_back({"extra", std::to_string(i % 2)});
      ModelSeries s{Labels::sorted(std::move(labels)), {}};
      double value = pick(100);
      const int gap_percent = i % 5 == 0 ? 40 : 0;
      for (std::int64_t t = 1000 * (i % 3); t < 2'000'000; t += 15'000) {
        value = pick(40) == 0 ? pick(10) : value + pick(50) / 8.0;
        if (pick(100) < gap_percent) continue;
        s.samples.push_back({t, i % 7 == 0 && pick(30) == 0 ? stale_nan() : i % 6 == 0 ? 7.0 : value});
      }
      all.push_back(std::move(s));
    }
  }
  return all;
}

std::shared_ptr<sluice::test::MemorySource> source_of(const std::vector<ModelSeries>& all) {
  auto source = std::make_shared<sluice::test::MemorySource>();
  for (const ModelSeries& s : all)
    for (const Sample& sample : s.samples) source->add(s.labels, sample.timestamp_ms, sample.value);
  return source;
}

using Answer = std::map<Labels, std::map<std::int64_t, double>>;

Answer ask(const std::shared_ptr<sluice::test::MemorySource>& source, const std::string& text, std::size_t batch,
           std::size_t threads) {
  EngineOptions options;
  options.batch_series = batch;
  options.threads = threads;
  QueryRequest request;
  request.text = text;
  request.instant = false;
  request.start_ms = kStartMs;
  request.end_ms = kEndMs;
  request.step_ms = kStepMs;
  const auto result = Engine(options).execute(source, request);
  EXPECT_TRUE(result) << text << ": " << result.error().detail();
  Answer answer;
  if (!result) return answer;
  for (const ResultSeries& s : std::get<MatrixResult>(result->value).series)
    for (const FloatPoint& p : s.floats) answer[to_labels(s.labels, *result->symbols)][p.timestamp_ms] = p.value;
  return answer;
}

Answer expected(const std::vector<ModelSeries>& all, const std::string& text) {
  const auto expr = parse(text);
  EXPECT_TRUE(expr) << text;
  const NaiveModel model(all);
  Answer answer;
  for (std::int64_t t = kStartMs; t <= kEndMs; t += kStepMs)
    for (const auto& [labels, value] : model.evaluate(**expr, t)) answer[labels][t] = value;
  return answer;
}

void expect_close(const Answer& got, const Answer& wanted, const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (const auto& [labels, points] : wanted) {
    ASSERT_TRUE(got.contains(labels)) << what << " lacks " << labels.text();
    const auto& mine = got.at(labels);
    ASSERT_EQ(mine.size(), points.size()) << what << " " << labels.text();
    for (const auto& [time, value] : points) {
      ASSERT_TRUE(mine.contains(time)) << what << " " << labels.text() << " at " << time;
      ASSERT_NEAR(mine.at(time), value, 1e-9 * std::max(1.0, std::fabs(value)))
          << what << " " << labels.text() << " at " << time;
    }
  }
}

void expect_same_bits(const Answer& a, const Answer& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (const auto& [labels, points] : a)
    for (const auto& [time, value] : points)
      ASSERT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(b.at(labels).at(time)))
          << what << " " << labels.text() << " at " << time;
}

const char* const kQueries[] = {
    "a_total",
    "a_total offset 1m",
    "rate(a_total[2m])",
    "increase(a_total[45s])",
    "delta(b_total[5m] offset 30s)",
    "sum_over_time(a_total[1m])",
    "max_over_time(b_total[3m])",
    "count_over_time(a_total[20s])",
    "sum by (zone) (rate(a_total[2m]))",
    "sum without (id, extra) (rate(a_total[2m]))",
    "avg by (extra, zone) (a_total)",
    "min(a_total)",
    "max without (zone) (b_total)",
    "count by (extra) (a_total > 100)",
    "a_total * 2",
    "a_total > 150",
    "abs(a_total)",
    "a_total + on(id, zone) b_total",
    "sum by (zone) (a_total) / sum by (zone) (b_total)",
    "a_total <= ignoring(nothing) b_total",
    "a_total and on(id) (b_total > 50)",
    "a_total unless on(id) (b_total > 50)",
    "max_over_time(rate(a_total[1m])[4m:1m])",
    "sum by (zone) (avg_over_time((a_total * 3)[3m:45s] offset 1m))",
};

class AgainstTheModel : public testing::TestWithParam<const char*> {};

TEST_P(AgainstTheModel, AndTheSameHoweverTheWorkIsDivided) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto all = random_series(seed);
    const auto source = source_of(all);
    const Answer one = ask(source, GetParam(), 64, 1);
    expect_close(one, expected(all, GetParam()), GetParam());
    expect_same_bits(one, ask(source, GetParam(), 2, 1), GetParam());
    expect_same_bits(one, ask(source, GetParam(), 2, 2), GetParam());
    expect_same_bits(one, ask(source, GetParam(), 1, 3), GetParam());
  }
}
INSTANTIATE_TEST_SUITE_P(Core, AgainstTheModel, testing::ValuesIn(kQueries));

}  // namespace
}  // namespace sluice::promql::test
