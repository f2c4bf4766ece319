// What an aggregation keeps while it reads: bytes allocated beyond those before the query, at their peak. They must
// grow with groups x steps and not with series x steps. `quantile` cannot: it remembers every value. Prints a table;
// exits 1 when another aggregation grows so.
#include <malloc.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

#include "bench/promql/symbols.h"
#include "promql/engine/engine.h"
#include "proto/base/check.h"

namespace {
std::atomic<std::int64_t> live_bytes{0}, peak_bytes{0};

void* counted(void* p) {
  if (p == nullptr) throw std::bad_alloc();
  const std::int64_t now = live_bytes += static_cast<std::int64_t>(malloc_usable_size(p));
  std::int64_t peak = peak_bytes;
  while (now > peak && !peak_bytes.compare_exchange_weak(peak, now)) {
  }
  return p;
}
void release(void* p) {
  if (p != nullptr) live_bytes -= static_cast<std::int64_t>(malloc_usable_size(p));
  std::free(p);
}
}  // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto to = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(to, (size + to - 1) / to * to));
}
void operator delete(void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }
void operator delete(void* p, std::align_val_t) noexcept { release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { release(p); }

namespace sluice::promql {
namespace {

using bench::Symbols;

constexpr std::int64_t kScrapeMs = 15'000;
constexpr std::size_t kScrapes = 260, kGroups = 100, kSteps = 240;
constexpr std::int64_t kEndMs = static_cast<std::int64_t>(kScrapes - 1) * kScrapeMs;

// Series m{group,id} that share one line of samples: whatever grows with their number, the query made grow.
class SharedSamples final : public SeriesSource {
 public:
  explicit SharedSamples(std::size_t series) {
    for (const char* name : {"__name__", "group", "id"}) names_.push_back(symbols_.intern(name));
    for (std::size_t k = 0; k < kScrapes; ++k) {
      times_.push_back(static_cast<std::int64_t>(k) * kScrapeMs);
      values_.push_back(static_cast<double>(k * k));
    }
    const SymbolId metric = symbols_.intern("m");
    for (std::size_t i = 0; i < series; ++i)
      for (const SymbolId id :
           {metric, symbols_.intern("g" + std::to_string(i % kGroups)), symbols_.intern(std::to_string(i))})
        labels_.push_back(id);
  }
  const SymbolSource& symbols() const override { return symbols_; }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher>, TimeRangeMs, std::stop_token) const override {
    return std::make_unique<Set>(*this);
  }
  Result<std::vector<std::string>> label_names(const LabelQuery&) const override { return std::vector<std::string>(); }
  Result<std::vector<std::string>> label_values(const std::string&, const LabelQuery&) const override {
    return std::vector<std::string>();
  }

 private:
  class Set final : public SeriesSet {
   public:
    explicit Set(const SharedSamples& all) : all_(all) {}
    std::size_t size() const override { return all_.labels_.size() / 3; }
    LabelsView labels(std::size_t i) const override { return {all_.names_.data(), all_.labels_.data() + 3 * i, 3}; }
    Result<void> read(std::size_t, std::size_t count, SeriesBatch& batch) const override {
      batch.clear();
      SeriesSamples samples;
      samples.timestamps_ms = all_.times_;
      samples.values = all_.values_.data();
      samples.has_stale = false;
      batch.series.assign(count, samples);
      return {};
    }

   private:
    const SharedSamples& all_;
  };

  Symbols symbols_;
  std::vector<SymbolId> names_, labels_;
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
};

std::int64_t peak_of(const std::shared_ptr<const SeriesSource>& source, const std::string& text) {
  QueryRequest request;
  request.text = text;
  request.instant = false;
  request.step_ms = kScrapeMs;
  request.end_ms = kEndMs;
  request.start_ms = kEndMs - static_cast<std::int64_t>(kSteps - 1) * kScrapeMs;
  EngineOptions options;
  options.memory_bytes_max = 64ULL << 30;  // to see what it takes
  const Engine engine(options);
  const std::int64_t before = live_bytes;
  peak_bytes = before;
  const auto result = engine.execute(source, request);
  CHECK(result.has_value());
  return peak_bytes - before;
}

struct Case {
  const char* text;
  bool remembers_all;
};
constexpr Case kCases[] = {
    {"sum by (group) (rate(m[5m]))", false},          {"avg by (group) (rate(m[5m]))", false},
    {"max by (group) (rate(m[5m]))", false},          {"count by (group) (m)", false},
    {"stddev by (group) (rate(m[5m]))", false},       {"topk by (group) (3, rate(m[5m]))", false},
    {"count_values by (group) (\"v\", m)", false},    {"sum by (group) (rate(m[5m])) / count by (group) (m)", false},
    {"limitk by (group) (3, rate(m[5m]))", false},    {"bottomk by (group) (3, rate(m[5m]))", false},
    {"quantile by (group) (0.9, rate(m[5m]))", true},
};
constexpr std::size_t kSeries[] = {10'000, 50'000, 200'000};
// Beside groups x steps an aggregation may keep a few bytes per series (which rows it has seen), not one value per
// step.
constexpr double kBytesPerSeriesMax = kSteps * sizeof(double) / 8.0;

}  // namespace
}  // namespace sluice::promql

int main() {
  using namespace sluice::promql;
  std::vector<std::vector<std::int64_t>> peaks(std::size(kCases));
  for (const std::size_t series : kSeries) {
    const auto source = std::make_shared<SharedSamples>(series);
    for (std::size_t i = 0; i < std::size(kCases); ++i) peaks[i].push_back(peak_of(source, kCases[i].text));
  }
  std::printf("peak extra memory in KiB, %zu groups, %zu steps (one value per series and step of 200k: %zu KiB)\n",
              kGroups, kSteps, kSeries[2] * kSteps * sizeof(double) / 1024);
  bool good = true;
  for (std::size_t i = 0; i < std::size(kCases); ++i) {
    const double per_series =
        static_cast<double>(peaks[i].back() - peaks[i].front()) / static_cast<double>(kSeries[2] - kSeries[0]);
    const bool grows = per_series > kBytesPerSeriesMax;
    good = good && grows == kCases[i].remembers_all;
    std::printf("%-52s", kCases[i].text);
    for (const std::int64_t bytes : peaks[i]) std::printf("%12lld", static_cast<long long>(bytes / 1024));
    std::printf("%10.1f bytes a series%s\n", per_series, grows ? "  GROWS WITH SERIES x STEPS" : "");
  }
  return good ? 0 : 1;
}
