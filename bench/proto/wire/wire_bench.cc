// What one sample of an Istio mesh costs before storage sees it: uncompress, walk, hash. 2,000 series a request, one
// sample each, 37 labels and 1.3 kB of them (a sidecar behind Istio's own addon). The budget is in ns per sample.
//   build/release/bin/wire_bench
#include <benchmark/benchmark.h>

#include <random>

#include "proto/base/check.h"
#include "proto/wire/encode.h"
#include "proto/wire/write_batch.h"

namespace sluice::wire {
namespace {

constexpr std::size_t kSeriesPerRequest = 2000;
constexpr std::size_t kRequests = 8;  // different ones in turn, so that no cache remembers a request
constexpr std::int64_t kNowMs = 1'763'700'000'000;

const char* const kLe[] = {"0.5",  "1",    "5",     "10",    "25",    "50",     "100",    "250",     "500",     "1000",
                           "2500", "5000", "10000", "30000", "60000", "300000", "600000", "1800000", "3600000", "+Inf"};

std::string service(std::size_t i) { return "service-" + std::to_string(i) + "-api"; }

// The labels that a request metric of a sidecar carries once the pod's own labels were mapped onto it.
std::vector<std::pair<std::string, std::string>> istio_labels(std::size_t source, std::size_t destination,
                                                              std::size_t le) {
  const std::string from = service(source), to = service(destination), ns = "team-" + std::to_string(destination % 7);
  const std::string pod = to + "-6c9f7d8b5-" + std::to_string(10000 + destination * 37 + source);
  return {{"__name__", "istio_request_duration_milliseconds_bucket"},
          {"app", to},
          {"connection_security_policy", "mutual_tls"},
          {"destination_app", to},
          {"destination_canonical_revision", "v1"},
          {"destination_canonical_service", to},
          {"destination_cluster", "Kubernetes"},
          {"destination_principal", "spiffe://cluster.local/ns/" + ns + "/sa/" + to},
          {"destination_service", to + "." + ns + ".svc.cluster.local"},
          {"destination_service_name", to},
          {"destination_service_namespace", ns},
          {"destination_version", "v1"},
          {"destination_workload", to + "-v1"},
          {"destination_workload_namespace", ns},
          {"grpc_response_status", "0"},
          {"instance", "10.244." + std::to_string(destination % 200) + "." + std::to_string(source % 250) + ":15020"},
          {"job", "kubernetes-pods"},
          {"le", kLe[le]},
          {"namespace", ns},
          {"node", "ip-10-0-" + std::to_string(destination % 40) + "-17.eu-central-1.compute.internal"},
          {"pod", pod},
          {"pod_template_hash", "6c9f7d8b5"},
          {"reporter", "destination"},
          {"request_protocol", "http"},
          {"response_code", "200"},
          {"response_flags", "-"},
          {"security_istio_io_tlsMode", "istio"},
          {"service_istio_io_canonical_name", to},
          {"service_istio_io_canonical_revision", "v1"},
          {"source_app", from},
          {"source_canonical_revision", "v1"},
          {"source_canonical_service", from},
          {"source_cluster", "Kubernetes"},
          {"source_principal", "spiffe://cluster.local/ns/" + ns + "/sa/" + from},
          {"source_version", "v1"},
          {"source_workload", from + "-v1"},
          {"source_workload_namespace", ns}};
}

std::vector<LabelRef> refs_of(const std::vector<std::pair<std::string, std::string>>& labels) {
  std::vector<LabelRef> refs;
  for (const auto& [name, value] : labels) refs.push_back({name, value});
  return refs;
}

template <class Add>
void for_each_series(std::size_t request, Add add) {
  std::mt19937_64 random(request + 1);
  for (std::size_t i = 0; i < kSeriesPerRequest; ++i) {
    const std::size_t edge = (request * kSeriesPerRequest + i) / std::size(kLe);
    const auto labels = istio_labels(edge % 83, edge / 5, i % std::size(kLe));
    // Low buckets of a latency histogram stay at zero, and Go leaves a zero out of the message.
    const double value = i % std::size(kLe) < 4 ? 0 : static_cast<double>(random() % 100'000 + 1);
    add(refs_of(labels), Sample{kNowMs + static_cast<std::int64_t>(i % 50), value});
  }
}

std::string message_v1(std::size_t request) {
  std::string message;
  for_each_series(request, [&](const std::vector<LabelRef>& labels, Sample sample) {
    append_series_v1(message, encode_labels_v1(labels), sample);
  });
  return message;
}

std::string message_v2(std::size_t request) {
  SymbolDictionary dictionary;
  RequestBuilderV2 builder(dictionary);
  for_each_series(request, [&](const std::vector<LabelRef>& labels, Sample sample) {
    builder.add(symbol_ids(dictionary, labels), sample);
  });
  std::string message;
  builder.finish(message);
  return message;
}

struct Requests {
  std::vector<std::string> messages, bodies;
  std::size_t message_bytes = 0, body_bytes = 0;
};

Requests make(Protocol protocol) {
  Requests requests;
  for (std::size_t i = 0; i < kRequests; ++i) {
    requests.messages.push_back(protocol == Protocol::remote_write_1 ? message_v1(i) : message_v2(i));
    compress(requests.messages.back(), requests.bodies.emplace_back());
    requests.message_bytes += requests.messages.back().size();
    requests.body_bytes += requests.bodies.back().size();
  }
  return requests;
}

void report(benchmark::State& state, const Requests& requests) {
  constexpr double kSamples = static_cast<double>(kSeriesPerRequest);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSeriesPerRequest));
  state.counters["B/sample"] = static_cast<double>(requests.message_bytes) / (kSamples * kRequests);
  state.counters["body_B/sample"] = static_cast<double>(requests.body_bytes) / (kSamples * kRequests);
}

void BM_Uncompress(benchmark::State& state, Protocol protocol) {
  const Requests requests = make(protocol);
  std::string scratch;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto message = uncompress(requests.bodies[i++ % kRequests], 32u << 20, scratch);
    CHECK(message.has_value());
    benchmark::DoNotOptimize(message->data());
  }
  report(state, requests);
}

void BM_Decode(benchmark::State& state, Protocol protocol) {
  const Requests requests = make(protocol);
  const SpellingKey key = SpellingKey::random();
  WriteBatch batch;
  std::size_t i = 0;
  for (auto _ : state) {
    CHECK(decode(protocol, requests.messages[i++ % kRequests], {}, key, batch).has_value());
    CHECK(batch.samples.size() == kSeriesPerRequest && batch.refused_count == 0);
  }
  report(state, requests);
}

void BM_UncompressAndDecode(benchmark::State& state, Protocol protocol) {
  const Requests requests = make(protocol);
  const SpellingKey key = SpellingKey::random();
  std::string scratch;
  WriteBatch batch;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto message = uncompress(requests.bodies[i++ % kRequests], 32u << 20, scratch);
    CHECK(decode(protocol, *message, {}, key, batch).has_value());
    CHECK(batch.samples.size() == kSeriesPerRequest && batch.refused_count == 0);
  }
  report(state, requests);
}

// What only a new series costs on top.
void BM_DecodeLabels(benchmark::State& state, Protocol protocol) {
  const Requests requests = make(protocol);
  WriteBatch batch;
  CHECK(decode(protocol, requests.messages[0], {}, SpellingKey::random(), batch).has_value());
  std::vector<LabelRef> labels;
  for (auto _ : state)
    for (const IncomingSeries& series : batch.series) CHECK(decode_labels(batch, series, labels).has_value());
  CHECK(labels.size() == 37);
  report(state, requests);
}

#define BOTH(name)                                       \
  BENCHMARK_CAPTURE(name, v1, Protocol::remote_write_1); \
  BENCHMARK_CAPTURE(name, v2, Protocol::remote_write_2)
BOTH(BM_Uncompress);
BOTH(BM_Decode);
BOTH(BM_UncompressAndDecode);
BOTH(BM_DecodeLabels);

}  // namespace
}  // namespace sluice::wire
