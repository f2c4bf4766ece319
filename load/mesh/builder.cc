#include "load/mesh/builder.h"

#include <algorithm>

namespace sluice::load {
namespace {

Target target_of(TargetKind kind, std::size_t pod, std::size_t node) {
  Target target;
  target.kind = kind;
  target.owner = kind;
  target.pod = pod;
  target.node = node;
  return target;
}

}  // namespace

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
  nodes_ = node_count(topology(), mesh_.spec_.pods_per_node);
  std::vector<Target> targets = sidecars();
  add_control_plane(targets);
  add_nodes(targets);
  for (const Target& target : targets) mesh_.page_count_ = std::max(mesh_.page_count_, target.page + 1);
  mesh_.targets_ = std::move(targets);
}

std::vector<Target> MeshBuilder::sidecars() {
  std::vector<Target> sidecars;
  for (std::size_t w = 0; w < topology().workloads.size(); ++w)
    for (std::size_t i = 0; i < topology().workloads[w].pod_count; ++i) {
      const std::size_t pod = topology().workloads[w].first_pod + i;
      Target sidecar = target_of(TargetKind::sidecar, pod, pod % nodes_);
      sidecar.workload = w;
      sidecar.page = pages_++;
      sidecars.push_back(std::move(sidecar));
    }
  add_request_series(*this, sidecars);
  if (mesh_.spec_.attack.ever()) add_attack_series(*this, sidecars[topology().workloads.front().first_pod]);
  for (Target& sidecar : sidecars) {
    add_proxy_series(*this, sidecar);
    add_scrape_series(sidecar);
  }
  return sidecars;
}

void MeshBuilder::add_control_plane(std::vector<Target>& targets) {
  const std::size_t pods = topology().pod_count;
  const auto add_page = [&](Target target, auto add_series) {
    target.page = pages_++;
    add_series(*this, target);
    add_scrape_series(target);
    targets.push_back(std::move(target));
  };
  for (std::size_t i = 0; i < kIstiodReplicas; ++i)
    add_page(target_of(TargetKind::istiod, pods + i, i % nodes_), add_istiod_series);
  for (std::size_t n = 0; n < nodes_; ++n)
    add_page(target_of(TargetKind::ztunnel, first_ztunnel(topology()) + n, n), add_ztunnel_series);
}

// Containers live and die with their pod, yet are scraped with the node.
void MeshBuilder::add_nodes(std::vector<Target>& targets) {
  const std::size_t first_page = pages_, pods_with_containers = targets.size();
  for (std::size_t n = 0; n < nodes_; ++n, ++pages_) {
    Target node = target_of(TargetKind::node, pods_with_containers + n, n);
    node.page = first_page + n;
    add_scrape_series(node);
    targets.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < pods_with_containers; ++i) {
    Target containers = target_of(TargetKind::containers, targets[i].pod, targets[i].node);
    containers.owner = targets[i].owner;
    containers.workload = targets[i].workload;
    containers.page = first_page + targets[i].node;
    add_container_series(*this, containers);
    targets.push_back(std::move(containers));
  }
}

}  // namespace sluice::load
