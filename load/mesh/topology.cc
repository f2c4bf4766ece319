#include "load/mesh/topology.h"

#include <algorithm>
#include <cmath>

#include "load/mesh/signal.h"

namespace sluice::load {
namespace {

constexpr std::uint64_t kSecondVersionEvery = 5;  // each fifth further service has a v1 and a v2
constexpr std::size_t kWaypointPodsMax = 2;

class Drawing {
 public:
  explicit Drawing(const MeshSize& size) : size_(size) {}

  std::size_t workload(std::string service, std::string name_space, std::size_t version, std::size_t siblings = 1) {
    return workload_of(size_.pods, std::move(service), std::move(name_space), version, siblings);
  }

  std::size_t workload_of(std::size_t pods, std::string service, std::string name_space, std::size_t version,
                          std::size_t siblings) {
    Workload w;
    w.service = std::move(service);
    w.name_space = std::move(name_space);
    w.version = version;
    w.siblings = siblings;
    w.first_pod = topology_.pod_count;
    w.pod_count = pods;
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
    const auto gateway = workload("istio-ingressgateway", "istio-system", 0);
    const auto productpage = workload("productpage", "bookinfo", 1);
    const auto details = workload("details", "bookinfo", 1);
    const auto ratings = workload("ratings", "bookinfo", 1);
    edge(gateway, productpage);
    edge(std::nullopt, productpage);
    edge(productpage, details);
    for (std::size_t version = 1; version <= 3; ++version) {
      const auto reviews = workload("reviews", "bookinfo", version, 3);
      edge(productpage, reviews);
      if (version > 1) edge(reviews, ratings);
    }
    for (std::size_t version = 1; version <= 2; ++version) edge(gateway, workload("web-app", "default", version, 2));
  }

  // Called from workloads that stand already, so a bigger mesh contains the smaller one.
  void further_service(std::size_t number) {
    static const char* const kSpaces[] = {"shop", "platform", "data"};
    static const Traffic kTraffic[] = {Traffic::http, Traffic::grpc, Traffic::tcp};
    const std::uint64_t key = mix(size_.seed, number);
    const std::size_t kind = number % 8 == 7 ? 2 : number % 4 == 3 ? 1 : 0;
    const std::size_t callable = topology_.workloads.size();
    const std::string service = "svc-" + std::to_string(number);
    const std::size_t versions = number % kSecondVersionEvery == 0 ? 2 : 1;
    for (std::size_t v = 1; v <= versions; ++v) {
      const auto to = workload(service, kSpaces[kind], v, versions);
      for (std::size_t c = 0; c < size_.callers; ++c)
        edge((mix(key, v) + c * (callable / size_.callers)) % callable, to, kTraffic[kind]);
    }
  }

  void waypoint(const std::string& name_space) {
    const auto is_here = [&](const Workload& w) { return w.name_space == name_space; };
    const std::size_t services_end = topology_.workloads.size();
    if (std::none_of(topology_.workloads.begin(), topology_.workloads.end(), is_here)) return;
    const auto waypoint = workload_of(std::min(size_.pods, kWaypointPodsMax), "waypoint", name_space, 0, 1);
    topology_.workloads[waypoint].dataplane = Dataplane::waypoint;
    for (std::size_t w = 0; w < services_end; ++w) {
      if (!is_here(topology_.workloads[w])) continue;
      topology_.workloads[w].dataplane = Dataplane::ambient;
      topology_.workloads[w].waypoint = waypoint;
    }
  }

  Topology take() { return std::move(topology_); }

 private:
  const MeshSize size_;
  Topology topology_;
};

}  // namespace

std::string version_label(const Workload& workload, std::uint64_t release) {
  return workload.version == 0 ? "latest" : "v" + std::to_string(workload.version + release * workload.siblings);
}

std::string workload_name(const Workload& workload, std::uint64_t release) {
  return workload.version == 0 ? workload.service : workload.service + "-" + version_label(workload, release);
}

const std::vector<std::string>& workload_namespaces() {
  static const std::vector<std::string> names = {"bookinfo", "default", "shop", "platform", "data"};
  return names;
}

Topology make_topology(const MeshSize& size, const std::vector<std::string>& ambient) {
  Drawing drawing(size);
  drawing.reference_mesh();
  for (std::size_t i = 0; i < size.services; ++i) drawing.further_service(i);
  for (const std::string& name_space : workload_namespaces())
    if (std::find(ambient.begin(), ambient.end(), name_space) != ambient.end()) drawing.waypoint(name_space);
  return drawing.take();
}

}  // namespace sluice::load
