// One question per family of operators, each with its answer: what bench/compare watches.
#include <benchmark/benchmark.h>

#include <cmath>

#include "bench/promql/question_world.h"
#include "promql/engine/engine.h"
#include "proto/base/check.h"

namespace sluice::promql::bench {
namespace {

constexpr double kEndS = kEndMs / 1000;
constexpr double kSlopes = kSeriesPerPod * (kPods / 5) * (1 + 2 + 3 + 4 + 5);  // of all requests_total together
constexpr double kSeries = kPods * kSeriesPerPod + kPods + kHistogramPods * kBuckets + kHistogramPods;

struct Question {
  const char* name;
  const char* text;
  bool range;  // the last half hour, a step every 15 s; else an instant
  std::size_t series;
  double sum;  // of all series at the last step
};

const Question kQuestions[] = {
    {"select", "requests_total", false, 10'000, kSlopes* kEndS},
    {"rate", "rate(requests_total[5m])", true, 10'000, kSlopes},
    {"sum_by", "sum by (code) (rate(requests_total[5m]))", true, 4, kSlopes},
    {"histogram_quantile", "histogram_quantile(0.5, sum by (le, pod) (rate(latency_bucket[5m])))", true, 200, 200 * 6},
    {"binary_on", R"(requests_total{method="GET"} / on (pod, code) requests_total{method="PUT"})", true, 2'000, 2'000},
    {"binary_ignoring", R"(requests_total{method="GET"} / ignoring (method) requests_total{method="PUT"})", true, 2'000,
     2'000},
    {"binary_group_left", "requests_total * on (pod) group_left (node) pod_info", true, 10'000, kSlopes* kEndS},
    {"binary_scalar", "requests_total * 2 > 0", true, 10'000, 2 * kSlopes* kEndS},
    {"share_of_total", "sum by (code) (rate(requests_total[5m])) / on () group_left () sum(rate(requests_total[5m]))",
     true, 4, 1},
    {"spread", "max_over_time(requests_total[5m]) - min_over_time(requests_total[5m])", true, 10'000, kSlopes * 285},
    {"and", R"(requests_total{code="200"} and requests_total)", true, 2'500, kSlopes / 4 * kEndS},
    {"topk", "topk(10, requests_total)", true, 10, 10 * 5 * kEndS},
    {"subquery", R"(max_over_time(rate(requests_total{code="200"}[5m])[30m:1m]))", false, 2'500, kSlopes / 4},
    {"label_replace", R"(label_replace(requests_total, "team", "$1", "pod", "pod-(.).*"))", true, 10'000,
     kSlopes* kEndS},
    {"regex", R"(sum(requests_total{pod=~"pod-[12].7",code!~"5.."}))", false, 1, 20 * 10 * 3 * kEndS},
    {"count_everything", R"(count({__name__=~".+"}))", false, 1, kSeries},
    {"avg_over_time", "avg_over_time(pod_info[5m])", true, kPods, kPods},
    {"sort", "sort_desc(requests_total)", false, 10'000, kSlopes* kEndS},
    {"native_rate", "histogram_count(rate(latency[5m]))", true, 200, 200 * 6 / 15.0},
    {"native_quantile", "histogram_quantile(0.5, sum(rate(latency[5m])))", true, 1, 4},
};

struct Answer {
  std::size_t series = 0;
  double sum = 0;
};

Answer last_step(const QueryResult& result) {
  Answer answer;
  const auto add = [&](const std::vector<ResultSeries>& all) {
    answer.series = all.size();
    for (const ResultSeries& one : all)
      if (!one.floats.empty() && one.floats.back().timestamp_ms == kEndMs) answer.sum += one.floats.back().value;
  };
  if (const auto* vector = std::get_if<VectorResult>(&result.value)) add(vector->series);
  if (const auto* matrix = std::get_if<MatrixResult>(&result.value)) add(matrix->series);
  return answer;
}

bool is_right(const Question& question, const Answer& answer) {
  return answer.series == question.series && std::abs(answer.sum - question.sum) <= 1e-9 * std::abs(question.sum);
}

QueryRequest request_of(const Question& question) {
  QueryRequest request;
  request.text = question.text;
  request.instant = !question.range;
  request.end_ms = kEndMs;
  request.start_ms = question.range ? kEndMs - 30 * 60 * 1000 : kEndMs;
  request.step_ms = question.range ? kScrapeMs : 0;
  return request;
}

void ask(benchmark::State& state, const Question& question) {
  const auto source = question_world();
  const Engine engine{EngineOptions{}};
  const QueryRequest request = request_of(question);
  for (auto _ : state) {
    const auto result = engine.execute(source, request);
    if (!result) return state.SkipWithError(result.error().detail().c_str());
    state.PauseTiming();
    const Answer answer = last_step(*result);
    if (!is_right(question, answer)) {
      const std::string said = std::to_string(answer.series) + " series, sum " + std::to_string(answer.sum);
      return state.SkipWithError(("wrong answer: " + said).c_str());
    }
    state.ResumeTiming();
  }
}

}  // namespace
}  // namespace sluice::promql::bench

int main(int argc, char** argv) {
  using namespace sluice::promql::bench;
  for (const Question& question : kQuestions)
    benchmark::RegisterBenchmark(question.name, ask, question)->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
