// What ztunnels count about ambient pods: the bytes of every edge, at both ends, on the nodes where its pods run.

#include <map>

#include "load/mesh/builder.h"
#include "load/mesh/party.h"

namespace sluice::load {
namespace {

std::vector<Label> tunnel_labels(const Topology& topology, const Edge& edge, const char* reporter) {
  std::vector<Label> labels = {{"reporter", reporter},
                               {"request_protocol", "tcp"},
                               {"response_flags", "-"},
                               {"connection_security_policy", edge.from ? "mutual_tls" : "unknown"}};
  if (!edge.from) append_unknown_party("source", "unknown", labels);
  append_destination_service(topology.workloads[edge.to], labels);
  return labels;
}

// `end`: the workload at the reporter's end of the edge.
void add_end(MeshBuilder& builder, const Edge& edge, std::size_t end, const char* reporter) {
  const Workload& workload = builder.topology().workloads[end];
  if (workload.dataplane != Dataplane::ambient) return;
  const std::uint32_t set = builder.label_set(tunnel_labels(builder.topology(), edge, reporter), {edge.from, edge.to});
  std::map<std::size_t, std::size_t> pods_by_node;
  for (std::size_t i = 0; i < workload.pod_count; ++i) ++pods_by_node[builder.node_of(workload.first_pod + i)];
  for (const auto& [node, pods] : pods_by_node)
    add_tcp_series(builder, builder.ztunnel(node), set, edge.rate_per_s * static_cast<double>(pods),
                   builder.next_key());
}

}  // namespace

void add_tunnel_series(MeshBuilder& builder) {
  for (const Edge& edge : builder.topology().edges) {
    if (edge.from) add_end(builder, edge, *edge.from, "source");
    add_end(builder, edge, edge.to, "destination");
  }
}

}  // namespace sluice::load
