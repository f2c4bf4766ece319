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
  std::size_t services = 20;  // beside the reference mesh
  std::size_t pods = 3;       // per workload
  std::size_t callers = 3;    // edges into each further service
  std::uint64_t seed = 1;
};

// Who carries and reports a workload's traffic.
enum class Dataplane : std::uint8_t {
  sidecar,   // an Envoy in each pod, as also in the gateway's
  ambient,   // the ztunnel of the pod's node, and the waypoint of its namespace
  waypoint,  // it is that waypoint
};

struct Workload {
  std::string service, name_space;
  std::size_t version = 0;   // of its release 0: v1, v2, ...; 0: it has none, as the gateway
  std::size_t siblings = 1;  // versions of its service that run side by side
  std::size_t first_pod = 0, pod_count = 0;
  Dataplane dataplane = Dataplane::sidecar;
  std::optional<std::size_t> waypoint;  // workload; of ambient ones
};

// Its first rollout takes reviews-v2 to reviews-v5 when there are three of them.
std::string version_label(const Workload& workload, std::uint64_t release);  // "latest" without a version
std::string workload_name(const Workload& workload, std::uint64_t release);

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

// The namespaces that workloads live in, beside the gateway's own.
const std::vector<std::string>& workload_namespaces();

// Each namespace of `ambient` gets a waypoint, which is called by nobody: it stands between callers and their services.
Topology make_topology(const MeshSize& size, const std::vector<std::string>& ambient);

// Pods are numbered: those of the workloads, then istiod's, then a ztunnel for each node.
inline constexpr std::size_t kIstiodReplicas = 2;
inline std::size_t first_ztunnel(const Topology& topology) { return topology.pod_count + kIstiodReplicas; }
inline std::size_t node_count(const Topology& topology, std::size_t pods_per_node) {
  return first_ztunnel(topology) / pods_per_node + 1;
}

}  // namespace sluice::load
