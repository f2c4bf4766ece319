// Questions that dashboards ask of a mesh, over series that lie in memory: what the engine itself costs.
// Shape: 28 labels a series, 51 targets that share their timestamps, one sample every 15 s.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "bench/promql/symbols.h"
#include "promql/engine/engine.h"

namespace sluice::promql {
namespace {

using bench::Symbols;

struct Series {
  std::vector<SymbolId> values;
  std::size_t target;
  std::vector<double> samples;
  bool constant = false;
};

constexpr std::int64_t kScrapeMs = 15'000;
constexpr std::size_t kSamples = 280;  // 70 minutes
constexpr std::size_t kTargets = 51;
constexpr std::size_t kBuckets = 20;
constexpr std::int64_t kEndMs = static_cast<std::int64_t>(kSamples - 1) * kScrapeMs;

// All series of one metric; matchers other than the name are not looked at.
class Mesh final : public SeriesSource {
 public:
  Mesh(std::size_t series, bool buckets) {
    std::vector<std::string> names = {"__name__", "le"};
    for (char c = 'a'; names.size() < 28; ++c) names.push_back(std::string("label_") + c);
    for (const std::string& name : names) names_.push_back(symbols_.intern(name));
    for (std::size_t t = 0; t < kTargets; ++t)
      for (std::size_t i = 0; i < kSamples; ++i)
        times_[t].push_back(static_cast<std::int64_t>(i) * kScrapeMs - static_cast<std::int64_t>(t) * 37);
    for (std::size_t i = 0; i < series; ++i) add(i, buckets);
  }

  const SymbolSource& symbols() const override { return symbols_; }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher>, TimeRangeMs range,
                                            std::stop_token) const override {
    return std::make_unique<Set>(*this, range);
  }
  Result<std::vector<std::string>> label_names(const LabelQuery&) const override { return std::vector<std::string>{}; }
  Result<std::vector<std::string>> label_values(const std::string&, const LabelQuery&) const override {
    return std::vector<std::string>{};
  }

 private:
  void add(std::size_t i, bool buckets) {
    Series s;
    const std::size_t bucket = i % kBuckets, workload = i / kBuckets;
    s.values.push_back(symbols_.intern(buckets ? "latency_bucket" : "requests_total"));
    s.values.push_back(symbols_.intern(bucket + 1 == kBuckets ? "+Inf" : std::to_string(1 << bucket)));
    for (std::size_t k = 2; k < names_.size(); ++k)
      s.values.push_back(symbols_.intern("value-" + std::to_string(workload % (k + 5))));
    s.target = workload % kTargets;
    s.constant = workload % 5 < 2;
    double v = static_cast<double>(i % 1000);
    for (std::size_t k = 0; k < kSamples; ++k) {
      s.samples.push_back(v);
      if (!s.constant) v += static_cast<double>((i * 7 + k * 13) % 11) * (buckets ? static_cast<double>(bucket) : 1.0);
    }
    series_.push_back(std::move(s));
  }

  class Set final : public SeriesSet {
   public:
    Set(const Mesh& mesh, TimeRangeMs range) : mesh_(mesh), range_(range) {}
    std::size_t size() const override { return mesh_.series_.size(); }
    LabelsView labels(std::size_t i) const override {
      return {mesh_.names_.data(), mesh_.series_[i].values.data(), static_cast<std::uint32_t>(mesh_.names_.size())};
    }
    Result<void> read(std::size_t first, std::size_t count, SeriesBatch& batch) const override {
      batch.clear();
      for (std::size_t i = first; i < first + count; ++i) {
        const Series& s = mesh_.series_[i];
        const auto& times = mesh_.times_[s.target];
        const auto begin = std::lower_bound(times.begin(), times.end(), range_.min_ms) - times.begin();
        const auto end = std::upper_bound(times.begin(), times.end(), range_.max_ms) - times.begin();
        SeriesSamples out;
        out.timestamps_ms = {times.data() + begin, static_cast<std::size_t>(end - begin)};
        out.values = s.samples.data() + begin;
        out.constant = s.constant;
        out.has_stale = false;
        batch.series.push_back(out);
      }
      return {};
    }

   private:
    const Mesh& mesh_;
    const TimeRangeMs range_;
  };

  Symbols symbols_;
  std::vector<SymbolId> names_;
  std::vector<std::int64_t> times_[kTargets];
  std::vector<Series> series_;
};

void ask(benchmark::State& state, std::size_t series, bool buckets, const std::string& text, bool instant) {
  const auto mesh = std::make_shared<Mesh>(series, buckets);
  EngineOptions options;
  options.threads = static_cast<std::size_t>(state.range(0));
  const Engine engine(options);
  QueryRequest request;
  request.text = text;
  request.instant = instant;
  request.end_ms = kEndMs;
  request.start_ms = instant ? kEndMs : kEndMs - 60 * 60 * 1000;
  request.step_ms = instant ? 0 : kScrapeMs;
  for (auto _ : state) {
    const auto result = engine.execute(mesh, request);
    if (!result) return state.SkipWithError(result.error().detail().c_str());
    benchmark::DoNotOptimize(result->stats.samples_read);
  }
  state.counters["ns/series"] =
      benchmark::Counter(static_cast<double>(series) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void instant_sum_by_rate(benchmark::State& state) {
  ask(state, 5'500, false, "sum by (label_a, label_b) (rate(requests_total[5m]))", true);
}
void range_sum_by_rate(benchmark::State& state) {
  ask(state, 5'500, false, "sum by (label_a, label_b) (rate(requests_total[5m]))", false);
}
void range_p95_of_buckets(benchmark::State& state) {
  ask(state, 18'000, true, "histogram_quantile(0.95, sum by (le, label_a) (rate(latency_bucket[5m])))", false);
}
void range_binary(benchmark::State& state) {
  ask(state, 2'000, false, "sum by (label_a) (rate(requests_total[1m])) / sum by (label_a) (requests_total) * 100",
      false);
}
void range_avg_over_time(benchmark::State& state) {
  ask(state, 2'000, false, "max by (label_a) (avg_over_time(requests_total[5m]))", false);
}
BENCHMARK(instant_sum_by_rate)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(range_sum_by_rate)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(range_p95_of_buckets)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(range_binary)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(range_avg_over_time)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace sluice::promql

BENCHMARK_MAIN();
