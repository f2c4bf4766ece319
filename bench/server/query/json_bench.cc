// bench/server/query/json_bench.cc
//
// Speed of answers as JSON: Kiali's health question (a vector of series with 37 labels each) and a dashboard's range
// query (a matrix of a few labels and many points). Each checks that the text has the size that it had at first.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>

#include "server/query/json/result_writer.h"
#include "tests/server/query/fake_symbols.h"

namespace {

using namespace sluice;
using namespace sluice::promql;

constexpr int kLabels = 37, kVectorSeries = 5000, kMatrixSeries = 200, kMatrixPoints = 240;

// Labels of series i: most are the same for all, some change with every series.
Labels labels_of(int i, int count) {
  std::vector<Label> labels = {{"__name__", "istio_requests_total"}};
  for (int k = 1; k < count; ++k) {
    const int changes = k % 9 == 0 ? i : k % 5 == 0 ? i / 20 : 0;
    labels.push_back({"destination_label_" + std::to_string(k), "some-workload-v1-" + std::to_string(changes)});
  }
  return Labels::sorted(std::move(labels));
}

ResultSeries series_of(FakeSymbols& symbols, int i, int label_count, int points, std::mt19937_64& random) {
  ResultSeries series;
  series.labels = symbols.view(labels_of(i, label_count));
  for (int k = 0; k < points; ++k)
    series.floats.push_back({1'700'000'000'007 + k * 15'000, static_cast<double>(random() % 1'000'000) / 15});
  return series;
}

QueryResult result_of(int series_count, int label_count, int points, bool vector) {
  std::mt19937_64 random(1);
  auto symbols = std::make_shared<FakeSymbols>();
  std::vector<ResultSeries> series;
  for (int i = 0; i < series_count; ++i) series.push_back(series_of(*symbols, i, label_count, points, random));
  QueryResult result;
  if (vector)
    result.value = VectorResult{std::move(series)};
  else
    result.value = MatrixResult{std::move(series)};
  result.symbols = symbols;
  return result;
}

void write(benchmark::State& state, const QueryResult& result, std::int64_t items) {
  std::size_t bytes = 0, first_bytes = 0;
  std::string piece;
  for (auto _ : state) {
    server::json::ResultWriter writer("", result, "");
    bytes = 0;
    for (bool more = true; more; bytes += piece.size()) {
      piece.clear();
      more = writer.append_piece(piece);
    }
    if (first_bytes == 0) first_bytes = bytes;
    if (bytes != first_bytes) return state.SkipWithError("not the same text twice");
  }
  state.SetItemsProcessed(state.iterations() * items);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void BM_VectorOfMeshSeries(benchmark::State& state) {
  write(state, result_of(kVectorSeries, kLabels, 1, true), kVectorSeries);
}
BENCHMARK(BM_VectorOfMeshSeries)->Unit(benchmark::kMillisecond);

void BM_MatrixOfADashboard(benchmark::State& state) {
  write(state, result_of(kMatrixSeries, 4, kMatrixPoints, false), kMatrixSeries * kMatrixPoints);
}
BENCHMARK(BM_MatrixOfADashboard)->Unit(benchmark::kMillisecond);

}  // namespace
