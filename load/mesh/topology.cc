#include "load/mesh/topology.h"

#include <cmath>

#include "load/mesh/signal.h"

namespace sluice::load {
namespace {

constexpr std::uint64_t kSecondVersionEvery = 5;  // each fifth further service has a v1 and a v2

class Drawing {
 public:
  explicit Drawing(const MeshSize& size) : size_(size) {}

  std::size_t workload(std::string service, std::string name_space, std::string version) {
    Workload w;
    w.name = version.empty() ? service : service + "-" + version;
    w.name_space = std::move(name_space);
    w.service = std::move(service);
    w.version = std::move(version);
    w.first_pod = topology_.pod_count;
    w.pod_count = size_.pods;
    topology_.pod_count += w.pod_count;
    topology_.workloads.push_back(std::move(w));
    return topology_.workloads.size() - 1;
  }

  void edge(std::optional<std::size_t> from, std::size_t to, Traffic traffic = Traffic::http) {
    const std::uint64_t key = mix(size_.seed, 1'000'000 + topology_.edges.size());
    const double rate = 0.05 * std::pow(400.0, unit(key));  // 0.05 to 20 requests a second: most edges are quiet
    topology_.edges.push_back({from, to, traffic, rate, key});
  }

  void reference_mesh() {
    const auto gateway = workload("istio-ingressgateway", "istio-system", "");
    const auto productpage = workload("productpage", "bookinfo", "v1");
    const auto details = workload("details", "bookinfo", "v1");
    const auto ratings = workload("ratings", "bookinfo", "v1");
    edge(gateway, productpage);
    edge(std::nullopt, productpage);
    edge(productpage, details);
    for (const char* version : {"v1", "v2", "v3"}) {
      const auto reviews = workload("reviews", "bookinfo", version);
      edge(productpage, reviews);
      if (std::string(version) != "v1") edge(reviews, ratings);
    }
    for (const char* version : {"v1", "v2"}) edge(gateway, workload("web-app", "default", version));
  }

  // Called from workloads that stand already, so a bigger mesh contains the smaller one.
  void further_service(std::size_t number) {
    static const char* const kSpaces[] = {"shop", "platform", "data"};
    static const Traffic kTraffic[] = {Traffic::http, Traffic::grpc, Traffic::tcp};
    const std::uint64_t key = mix(size_.seed, number);
    const std::size_t kind = number % 8 == 7 ? 2 : number % 4 == 3 ? 1 : 0;
    const std::size_t callable = topology_.workloads.size();
    const std::string service = "svc-" + std::to_string(number);
    for (std::size_t v = 1; v <= (number % kSecondVersionEvery == 0 ? 2U : 1U); ++v) {
      const auto to = workload(service, kSpaces[kind], "v" + std::to_string(v));
      for (std::size_t c = 0; c < size_.callers; ++c)
        edge((mix(key, v) + c * (callable / size_.callers + 1)) % callable, to, kTraffic[kind]);
    }
  }

  Topology take() { return std::move(topology_); }

 private:
  const MeshSize size_;
  Topology topology_;
};

}  // namespace

Topology make_topology(const MeshSize& size) {
  Drawing drawing(size);
  drawing.reference_mesh();
  for (std::size_t i = 0; i < size.services; ++i) drawing.further_service(i);
  return drawing.take();
}

}  // namespace sluice::load
