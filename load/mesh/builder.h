// load/mesh/builder.h
//
// Room: load/mesh. Gathers the targets of a Mesh. The functions that know what an Envoy, istiod or a node exposes are
// in proxy.cc, requests.cc, tunnel.cc, control_plane.cc and node.cc.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "load/mesh/mesh.h"

namespace sluice::load {

inline constexpr std::uint32_t kScrapeSeries = 5;

class MeshBuilder {
 public:
  explicit MeshBuilder(Mesh& mesh) : mesh_(mesh), nodes_(node_count(mesh.topology_, mesh.spec_.pods_per_node)) {}
  void build();

  Families& families() { return mesh_.families_; }
  const Topology& topology() const { return mesh_.topology_; }
  const MeshSpec& spec() const { return mesh_.spec_; }
  Target& proxy(std::size_t pod) { return mesh_.targets_[proxy_of_pod_.at(pod)]; }  // of a pod that has one
  Target& ztunnel(std::size_t node) { return mesh_.targets_[ztunnels_at_ + node]; }
  std::size_t node_of(std::size_t pod) const { return pod % nodes_; }
  std::uint32_t label_set(std::vector<Label> labels, const Parties& parties = {});
  std::uint64_t next_key() { return mix(mesh_.spec_.size.seed, ++keys_); }

  // One block for each spell that the label set may go through while the target lives.
  void add(Target& target, const Family& family, std::uint32_t label_set, double scale, std::uint64_t key,
           std::uint8_t profile = 0);
  void add(Target& target, const Family& family, std::vector<Label> labels, double scale);
  void add_from(std::int64_t since_ms) { since_ms_ = since_ms; }  // what is added next is not there before
  void add_scrape_series(Target& target);                         // up and scrape_*: what the agent itself adds

 private:
  void place_proxies();
  void place_control_plane();  // istiod, and a ztunnel on each node
  void place_nodes();          // and the containers of every pod
  Target& place(TargetKind kind, PodOwner owner, std::size_t pod, std::size_t node, std::size_t page);
  void place_containers(PodOwner owner, std::size_t workload, std::size_t pod, std::size_t node);
  void add_own_series(Target& target);  // what does not depend on who calls whom
  void note_peers(Target& target, const Parties& parties);

  Mesh& mesh_;
  const std::size_t nodes_;
  std::unordered_map<std::size_t, std::size_t> proxy_of_pod_;  // index into the mesh's targets
  std::size_t ztunnels_at_ = 0;                                // index of the first one
  std::size_t first_node_page_ = 0;
  std::uint64_t keys_ = 0;
  std::int64_t since_ms_ = 0;
};

void add_request_series(MeshBuilder& builder);  // every edge, from each Envoy that reports it
void add_tunnel_series(MeshBuilder& builder);   // and from each ztunnel
void add_tcp_series(MeshBuilder& builder, Target& target, std::uint32_t set, double rate, std::uint64_t key);
void add_attack_series(MeshBuilder& builder, Target& gateway);  // one label set for each Host header
void add_proxy_series(MeshBuilder& builder, Target& proxy);     // envoy_*, istio_agent_*, istio_build
void add_istiod_series(MeshBuilder& builder, Target& istiod);
void add_ztunnel_series(MeshBuilder& builder, Target& ztunnel);
void add_container_series(MeshBuilder& builder, Target& containers);
void add_process_series(MeshBuilder& builder, Target& target, std::string_view prefix);  // go_* and process_*

}  // namespace sluice::load
