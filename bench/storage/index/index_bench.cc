// bench/storage/index/index_bench.cc
//
// Registers Istio-like series (37 labels) as a push would, then asks. Prints time and memory per series.
//   index_bench [series_count]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "storage/index/series_index.h"
#include "storage/index/spelling_table.h"

namespace {

using namespace sluice;
using namespace sluice::storage;
using Seconds = std::chrono::duration<double>;

double since(std::chrono::steady_clock::time_point start) {
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

// One edge of the mesh has 67 series of 22 "le" buckets and counters; names are in order of text.
std::vector<Label> istio_labels(std::uint32_t i) {
  const std::uint32_t edge = i / 67, kind = i % 67;
  const std::string source = "service-" + std::to_string(edge % 70),
                    target = "service-" + std::to_string(edge / 7 % 50);
  const std::string pod = source + "-7d9f6c5b8-" + std::to_string(edge / 5);
  std::vector<Label> labels{{"__name__", kind < 20   ? "istio_request_duration_milliseconds_bucket"
                                         : kind < 40 ? "istio_request_bytes_bucket"
                                         : kind < 60 ? "istio_response_bytes_bucket"
                                                     : "istio_requests_" + std::to_string(kind)}};
  if (kind < 60) labels.push_back({"le", std::to_string(5 << (kind % 20))});
  labels.push_back(
      {"instance", "10.1." + std::to_string(edge / 5 / 250) + "." + std::to_string(edge / 5 % 250) + ":15020"});
  labels.push_back({"pod", pod});
  labels.push_back({"job", "kubernetes-pods"});
  labels.push_back({"response_code", edge % 3 == 0 ? "503" : "200"});
  labels.push_back({"source_app", source});
  labels.push_back({"source_workload", source});
  labels.push_back({"source_canonical_service", source});
  labels.push_back({"source_principal", "spiffe://cluster.local/ns/default/sa/" + source});
  labels.push_back({"destination_app", target});
  labels.push_back({"destination_workload", target});
  labels.push_back({"destination_service", target + ".default.svc.cluster.local"});
  labels.push_back({"destination_service_name", target});
  labels.push_back({"destination_principal", "spiffe://cluster.local/ns/default/sa/" + target});
  for (int extra = 0; labels.size() < 37; ++extra)
    labels.push_back({"label_" + std::to_string(extra), "a rather constant value " + std::to_string(extra)});
  return Labels::sorted(std::move(labels)).all();
}

void ask(const SeriesIndex& index, std::vector<Matcher> matchers, const char* what) {
  for (int round = 0; round < 2; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const auto refs = index.select({.matchers = matchers, .stop = {}});
    std::printf("%-46s %s %8zu series %9.1f us\n", what, round == 0 ? "first" : "again", refs->size(),
                since(start) * 1e6);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 100'000);
  SymbolTable symbols;
  SeriesIndex index(symbols);
  std::vector<std::vector<Label>> batch;
  std::vector<SymbolId> names, values;
  double seconds = 0;
  for (std::uint32_t i = 0; i < count;) {
    batch.clear();
    for (; batch.size() < 1000 && i < count; ++i) batch.push_back(istio_labels(i));
    const auto start = std::chrono::steady_clock::now();
    for (const auto& labels : batch) {
      names.clear(), values.clear();
      for (const Label& label : labels) {
        names.push_back(symbols.intern(label.name));
        values.push_back(symbols.intern(label.value));
      }
      if (!index.find(names, values)) index.add(names, values);
    }
    seconds += since(start);
  }
  const double n = index.size();
  std::printf("%u series of 37 labels: %.2f us to intern, find and add; %u symbols, %llu pairs\n", index.size(),
              seconds / n * 1e6, symbols.size(), static_cast<unsigned long long>(index.label_pairs()));
  std::printf("bytes per series: symbols %.0f, labels and postings %.0f\n",
              static_cast<double>(symbols.memory_bytes()) / n, static_cast<double>(index.memory_bytes()) / n);

  SeriesIndex again(symbols);
  auto start = std::chrono::steady_clock::now();
  for (std::uint32_t i = 0; i < index.size(); ++i) {
    const LabelsView view = index.labels(SeriesRef(i));
    again.add({view.names, view.count}, {view.values, view.count});
  }
  std::printf("loading known ids: %.2f us per series\n", since(start) / n * 1e6);

  SpellingTable table;
  SpellingTable::Cursor cursor;
  for (std::uint32_t i = 0; i < index.size(); ++i) table.insert({i * 0x9E3779B97F4A7C15ULL, i}, SeriesRef(i), cursor);
  start = std::chrono::steady_clock::now();
  std::uint64_t sum = 0;
  SpellingTable::Cursor reader;
  for (std::uint32_t i = 0; i < index.size(); ++i) sum += table.find({i * 0x9E3779B97F4A7C15ULL, i}, reader)->value();
  std::printf("spelling, predicted: %.1f ns (%llu); %.0f bytes\n", since(start) / n * 1e9,
              static_cast<unsigned long long>(sum), static_cast<double>(table.memory_bytes()) / n);

  const auto m = [](Matcher::Op op, const char* name, const char* value) { return *Matcher::make(op, name, value); };
  using Op = Matcher::Op;
  ask(index, {m(Op::equal, "__name__", "istio_requests_60")}, "name");
  ask(index, {m(Op::equal, "__name__", "istio_requests_60"), m(Op::equal, "response_code", "503")}, "name, code");
  ask(index,
      {m(Op::equal, "__name__", "istio_request_bytes_bucket"), m(Op::regex, "source_workload", "service-1|service-2")},
      "name, two workloads");
  ask(index, {m(Op::equal, "__name__", "istio_request_bytes_bucket"), m(Op::not_regex, "response_code", "5.*")},
      "name, no 5xx");
  ask(index, {m(Op::regex, "pod", "service-1.*7d9f.*")}, "pod expression alone");
  ask(index, {m(Op::equal, "__name__", "istio_requests_60"), m(Op::regex, "pod", "service-3.*7d9f.*9")},
      "name, pod expression");
  ask(index, {m(Op::regex, "__name__", ".+")}, "every name");
}
