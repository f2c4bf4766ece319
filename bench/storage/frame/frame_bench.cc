// bench/storage/frame/frame_bench.cc
//
// Speed and bytes a sample of the float runs, by the shapes a mesh sends. Each checks what it decodes.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "storage/frame/float_codec.h"

namespace {

using namespace sluice::storage;
constexpr std::size_t kSamples = 64 * 512;

std::vector<double> shape(int kind) {
  std::mt19937_64 random(5);
  std::poisson_distribution<int> arrivals(6);
  std::vector<double> values;
  double level = 123456;
  for (std::size_t i = 0; i < kSamples; ++i) {
    switch (kind) {
      case 0: level += arrivals(random); break;                               // a busy counter
      case 1: level += random() % 20 == 0 ? 1 : 0; break;                     // a lazy one
      case 2: level = static_cast<double>(random() % 5000) / 1000; break;     // a decimal gauge
      case 3: level += static_cast<double>(random() % 300) / 10; break;       // a sum of decimals
      default: level = std::uniform_real_distribution<double>(0, 1)(random);  // noise
    }
    values.push_back(level);
  }
  return values;
}

void BM_Encode(benchmark::State& state) {
  const auto values = shape(static_cast<int>(state.range(0)));
  std::string out;
  for (auto _ : state) {
    out.clear();
    encode_floats(values, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kSamples));
  state.counters["B/sample"] = static_cast<double>(out.size()) / kSamples;
}
BENCHMARK(BM_Encode)->DenseRange(0, 4);

void BM_Decode(benchmark::State& state) {
  const auto values = shape(static_cast<int>(state.range(0)));
  std::string out;
  encode_floats(values, out);
  std::vector<double> back(kSamples);
  for (auto _ : state) {
    std::string_view rest = out;
    if (!decode_floats(rest, back)) state.SkipWithError("does not decode");
    benchmark::DoNotOptimize(back.data());
  }
  if (back != values) state.SkipWithError("decodes to something else");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kSamples));
}
BENCHMARK(BM_Decode)->DenseRange(0, 4);

}  // namespace
