// load/mesh/topology.h
//
// Room: load/mesh. Who calls whom: the reference mesh (ingress gateway, bookinfo, web-app) that the Istio dashboards'
// example queries name, and as many more services around it as asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::load {

struct MeshSize {
  std::size_t services = 20;         // beside the reference mesh
  std::size_t pods = 3;              // per workload
  std::size_t callers = 3;           // edges into each further service
  std::uint64_t seed = 1;
};

struct Workload {
  std::string name, name_space, service, version;  // version is empty for the gateway
  std::size_t first_pod = 0, pod_count = 0;
};

enum class Traffic : std::uint8_t { http, grpc, tcp };

struct Edge {
  std::optional<std::size_t> from;  // workload; none: a caller without a sidecar
  std::size_t to = 0;
  Traffic traffic = Traffic::http;
  double rate_per_s = 1;  // per pod
  std::uint64_t key = 0;  // of the edge's chances
};

struct Topology {
  std::vector<Workload> workloads;
  std::vector<Edge> edges;
  std::size_t pod_count = 0;
};

Topology make_topology(const MeshSize& size);

}  // namespace sluice::load
