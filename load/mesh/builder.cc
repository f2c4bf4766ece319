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
  const std::size_t pods = topology().pod_count;
  const std::size_t nodes = (pods + kIstiodReplicas) / mesh_.spec_.pods_per_node + 1;
  std::size_t pages = 0;

  std::vector<Target> sidecars;
  for (std::size_t w = 0; w < topology().workloads.size(); ++w)
    for (std::size_t i = 0; i < topology().workloads[w].pod_count; ++i) {
      const std::size_t pod = topology().workloads[w].first_pod + i;
      Target sidecar = target_of(TargetKind::sidecar, pod, pod % nodes);
      sidecar.workload = w;
      sidecar.page = pages++;
      sidecars.push_back(std::move(sidecar));
    }
  add_request_series(*this, sidecars);
  for (Target& sidecar : sidecars) {
    add_proxy_series(*this, sidecar);
    add_scrape_series(sidecar);
  }

  std::vector<Target> others;
  for (std::size_t i = 0; i < kIstiodReplicas; ++i) {
    Target istiod = target_of(TargetKind::istiod, pods + i, i % nodes);
    istiod.page = pages++;
    add_istiod_series(*this, istiod);
    add_scrape_series(istiod);
    others.push_back(std::move(istiod));
  }
  for (std::size_t n = 0; n < nodes; ++n) {
    Target ztunnel = target_of(TargetKind::ztunnel, pods + kIstiodReplicas + n, n);
    ztunnel.page = pages++;
    add_ztunnel_series(*this, ztunnel);
    add_scrape_series(ztunnel);
    others.push_back(std::move(ztunnel));
  }
  // Containers live and die with their pod, yet are scraped with the node.
  const std::size_t first_node_page = pages;
  for (std::size_t n = 0; n < nodes; ++n) {
    Target node = target_of(TargetKind::node, pods + kIstiodReplicas + nodes + n, n);
    node.page = first_node_page + n;
    add_scrape_series(node);
    others.push_back(std::move(node));
  }
  const std::size_t with_containers = sidecars.size() + kIstiodReplicas + nodes;
  for (std::size_t i = 0; i < with_containers; ++i) {
    const Target& owner = i < sidecars.size() ? sidecars[i] : others[i - sidecars.size()];
    Target containers = target_of(TargetKind::containers, owner.pod, owner.node);
    containers.owner = owner.kind;
    containers.workload = owner.workload;
    containers.page = first_node_page + owner.node;
    add_container_series(*this, containers);
    others.push_back(std::move(containers));
  }
  for (Target& target : sidecars) finish(std::move(target));
  for (Target& target : others) finish(std::move(target));
}

}  // namespace sluice::load
