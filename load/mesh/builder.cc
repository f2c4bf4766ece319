#include "load/mesh/builder.h"

#include <algorithm>

namespace sluice::load {

std::uint32_t MeshBuilder::label_set(std::vector<Label> labels, const Parties& parties) {
  mesh_.label_sets_.push_back({std::move(labels), parties});
  return static_cast<std::uint32_t>(mesh_.label_sets_.size() - 1);
}

void MeshBuilder::add(Target& target, const Family& family, std::uint32_t label_set, double scale, std::uint64_t key,
                      std::uint8_t profile) {
  const Parties& parties = mesh_.label_sets_[label_set].parties;
  const std::size_t slots = spells_max(mesh_.rollouts(), parties, mesh_.own_workload(target));
  if (slots > 1) note_peers(target, parties);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    target.blocks.push_back(
        {&family, label_set, target.place_count, scale, key, profile, static_cast<std::uint8_t>(slot), since_ms_});
    target.place_count += static_cast<std::uint32_t>(family.series_count());
  }
}

void MeshBuilder::note_peers(Target& target, const Parties& parties) {
  for (const auto& party : {parties.source, parties.destination}) {
    const bool new_to_it = party && party != mesh_.own_workload(target) && mesh_.rollouts().new_versions(*party) &&
                           std::find(target.peers.begin(), target.peers.end(), *party) == target.peers.end();
    if (new_to_it) target.peers.push_back(*party);
  }
}

void MeshBuilder::add(Target& target, const Family& family, std::vector<Label> labels, double scale) {
  const std::uint64_t key = next_key();
  add(target, family, label_set(std::move(labels)), scale, key, static_cast<std::uint8_t>(key % 4));
}

void MeshBuilder::add_scrape_series(Target& target) {
  const auto gauge = [&](const char* name, Behaviour behaviour, double scale) {
    add(target, families().plain(name, behaviour, MetricType::gauge), {}, scale);
  };
  gauge("up", Behaviour::constant, 1);
  gauge("scrape_duration_seconds", Behaviour::constant, 0.0125);
  gauge("scrape_samples_scraped", Behaviour::scraped, 1);
  gauge("scrape_samples_post_metric_relabeling", Behaviour::scraped, 1);
  gauge("scrape_series_added", Behaviour::constant, 0);
}

void MeshBuilder::build() {
  place_proxies();
  place_control_plane();
  add_request_series(*this);
  add_tunnel_series(*this);
  if (mesh_.spec_.attack.ever()) add_attack_series(*this, proxy(topology().workloads.front().first_pod));
  place_nodes();
  for (Target& target : mesh_.targets_) add_own_series(target);
}

Target& MeshBuilder::place(TargetKind kind, PodOwner owner, std::size_t pod, std::size_t node, std::size_t page) {
  Target target;
  target.kind = kind;
  target.owner = owner;
  target.pod = pod;
  target.node = node;
  target.page = page;
  mesh_.page_count_ = std::max(mesh_.page_count_, page + 1);
  return mesh_.targets_.emplace_back(std::move(target));
}

void MeshBuilder::place_proxies() {
  for (std::size_t w = 0; w < topology().workloads.size(); ++w) {
    const Workload& workload = topology().workloads[w];
    if (workload.dataplane == Dataplane::ambient) continue;
    for (std::size_t i = 0; i < workload.pod_count; ++i) {
      const std::size_t pod = workload.first_pod + i;
      proxy_of_pod_.emplace(pod, mesh_.targets_.size());
      place(TargetKind::proxy, PodOwner::workload, pod, node_of(pod), mesh_.page_count_).workload = w;
    }
  }
}

void MeshBuilder::place_control_plane() {
  for (std::size_t i = 0; i < kIstiodReplicas; ++i)
    place(TargetKind::istiod, PodOwner::istiod, topology().pod_count + i, i % nodes_, mesh_.page_count_);
  ztunnels_at_ = mesh_.targets_.size();
  for (std::size_t n = 0; n < nodes_; ++n)
    place(TargetKind::ztunnel, PodOwner::ztunnel, first_ztunnel(topology()) + n, n, mesh_.page_count_);
}

void MeshBuilder::place_nodes() {
  first_node_page_ = mesh_.page_count_;
  const std::size_t beyond_pods = first_ztunnel(topology()) + nodes_;
  for (std::size_t n = 0; n < nodes_; ++n)
    place(TargetKind::node, PodOwner::workload, beyond_pods + n, n, first_node_page_ + n);
  for (std::size_t w = 0; w < topology().workloads.size(); ++w)
    for (std::size_t i = 0; i < topology().workloads[w].pod_count; ++i) {
      const std::size_t pod = topology().workloads[w].first_pod + i;
      place_containers(PodOwner::workload, w, pod, node_of(pod));
    }
  for (std::size_t i = 0; i < kIstiodReplicas; ++i)
    place_containers(PodOwner::istiod, 0, topology().pod_count + i, i % nodes_);
  for (std::size_t n = 0; n < nodes_; ++n) place_containers(PodOwner::ztunnel, 0, first_ztunnel(topology()) + n, n);
}

// Containers live and die with their pod, yet are scraped with the node.
void MeshBuilder::place_containers(PodOwner owner, std::size_t workload, std::size_t pod, std::size_t node) {
  place(TargetKind::containers, owner, pod, node, first_node_page_ + node).workload = workload;
}

void MeshBuilder::add_own_series(Target& target) {
  switch (target.kind) {
    case TargetKind::proxy: add_proxy_series(*this, target); break;
    case TargetKind::istiod: add_istiod_series(*this, target); break;
    case TargetKind::ztunnel: add_ztunnel_series(*this, target); break;
    case TargetKind::containers: return add_container_series(*this, target);  // part of their node's scrape
    case TargetKind::node: break;
  }
  add_scrape_series(target);
}

}  // namespace sluice::load
