// load/mesh/builder.h
//
// Room: load/mesh. Gathers the targets of a Mesh. The functions that know what a sidecar, istiod or a node exposes are
// in sidecar.cc, control_plane.cc and node.cc.
#pragma once

#include <string_view>
#include <vector>

#include "load/mesh/mesh.h"

namespace sluice::load {

inline constexpr std::uint32_t kScrapeSeries = 5;

class MeshBuilder {
 public:
  explicit MeshBuilder(Mesh& mesh) : mesh_(mesh) {}
  void build();

  Families& families() { return mesh_.families_; }
  const Topology& topology() const { return mesh_.topology_; }
  const MeshSpec& spec() const { return mesh_.spec_; }
  std::uint32_t label_set(std::vector<Label> labels, const Parties& parties = {});
  std::uint64_t next_key() { return mix(mesh_.spec_.size.seed, ++keys_); }

  // One block for each spell that the label set may go through while the target lives.
  void add(Target& target, const Family& family, std::uint32_t label_set, double scale, std::uint64_t key,
           std::uint8_t profile = 0);
  void add(Target& target, const Family& family, std::vector<Label> labels, double scale);
  void add_from(std::int64_t since_ms) { since_ms_ = since_ms; }  // what is added next is not there before
  void add_scrape_series(Target& target);                         // up and scrape_*: what the agent itself adds

 private:
  std::vector<Target> sidecars();
  void add_control_plane(std::vector<Target>& targets);  // istiod, and a ztunnel on each node
  void add_nodes(std::vector<Target>& targets);          // and the containers of every pod before them
  void note_peers(Target& target, const Parties& parties);

  Mesh& mesh_;
  std::uint64_t keys_ = 0;
  std::int64_t since_ms_ = 0;
  std::size_t nodes_ = 0, pages_ = 0;
};

void add_request_series(MeshBuilder& builder, std::vector<Target>& sidecars);  // every edge, from both reporters
void add_attack_series(MeshBuilder& builder, Target& gateway);                 // one label set for each Host header
void add_proxy_series(MeshBuilder& builder, Target& sidecar);                  // envoy_*, istio_agent_*, istio_build
void add_istiod_series(MeshBuilder& builder, Target& istiod);
void add_ztunnel_series(MeshBuilder& builder, Target& ztunnel);
void add_container_series(MeshBuilder& builder, Target& containers);
void add_process_series(MeshBuilder& builder, Target& target, std::string_view prefix);  // go_* and process_*

}  // namespace sluice::load
