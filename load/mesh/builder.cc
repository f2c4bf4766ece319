#include "load/mesh/builder.h"

#include <algorithm>

namespace sluice::load {
namespace {

constexpr std::size_t kIstiodReplicas = 2;

Target target_of(TargetKind kind, std::size_t pod, std::size_t node) {
  Target target;
  target.kind = kind;
  target.owner = kind;
  target.pod = pod;
  target.node = node;
  return target;
}

}  // namespace

std::uint32_t MeshBuilder::label_set(std::vector<Label> labels) {
  std::sort(labels.begin(), labels.end());
  mesh_.label_sets_.push_back(std::move(labels));
  return static_cast<std::uint32_t>(mesh_.label_sets_.size() - 1);
}

void MeshBuilder::add(Target& target, const Family& family, std::uint32_t label_set, double scale, std::uint64_t key,
                      std::uint8_t profile) {
  target.blocks.push_back({&family, label_set, target.series_count, scale, key, profile});
  target.series_count += static_cast<std::uint32_t>(family.series_count());
}

void MeshBuilder::add(Target& target, const Family& family, std::vector<Label> labels, double scale) {
  const std::uint64_t key = next_key();
  add(target, family, label_set(std::move(labels)), scale, key, static_cast<std::uint8_t>(key % 4));
}

void MeshBuilder::add_scrape_series(Target& target) {
  const auto gauge = [&](const char* name, Behaviour behaviour, double scale) {
    add(target, families().plain(name, behaviour, MetricType::gauge), {}, scale);
  };
  const double samples = target.series_count;
  gauge("up", Behaviour::constant, 1);
  gauge("scrape_duration_seconds", Behaviour::constant, 0.0125);
  gauge("scrape_samples_scraped", Behaviour::constant, samples);
  gauge("scrape_samples_post_metric_relabeling", Behaviour::constant, samples);
  gauge("scrape_series_added", Behaviour::constant, 0);
}

void MeshBuilder::finish(Target target) {
  mesh_.series_count_ += target.series_count;
  mesh_.page_count_ = std::max(mesh_.page_count_, target.page + 1);
  mesh_.targets_.push_back(std::move(target));
}

void MeshBuilder::build() {
  nodes_ = (topology().pod_count + kIstiodReplicas) / mesh_.spec_.pods_per_node + 1;
  std::vector<Target> targets = sidecars();
  add_control_plane(targets);
  add_nodes(targets);
  for (Target& target : targets) finish(std::move(target));
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
    add_page(target_of(TargetKind::ztunnel, pods + kIstiodReplicas + n, n), add_ztunnel_series);
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
