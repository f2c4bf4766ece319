#include "load/mesh/mesh.h"

#include <algorithm>
#include <cmath>

#include "load/mesh/builder.h"
#include "load/mesh/names.h"
#include "proto/base/check.h"

namespace sluice::load {
namespace {

constexpr std::size_t kServicesMax = 20'000;  // 40 million series: more than one generator should push

bool by_name(const LabelRef& a, const LabelRef& b) { return a.name < b.name; }

std::string pod_name(const Topology& topology, const Target& target, std::uint64_t generation, std::uint64_t seed) {
  const std::uint64_t key = mix(seed, target.pod);
  if (target.owner == TargetKind::istiod)
    return target.pod == topology.pod_count ? "istiod-7c6b5d9f4d-x2k8p" : "istiod-7c6b5d9f4d-9tq4w";
  if (target.owner == TargetKind::ztunnel) return "ztunnel-" + kube_suffix(key, 5);
  const Workload& workload = topology.workloads[target.workload];
  const std::string hash = kube_suffix(mix(seed, workload.first_pod), 10);
  return workload.name + "-" + hash + "-" + kube_suffix(mix(key, generation), 5);
}

std::string_view name_space(const Topology& topology, const Target& target) {
  return target.owner == TargetKind::sidecar ? std::string_view(topology.workloads[target.workload].name_space)
                                             : std::string_view("istio-system");
}

void add_sidecar_pod_labels(const Workload& workload, std::uint64_t seed, std::vector<Label>& labels) {
  const std::string version = workload.version.empty() ? "latest" : workload.version;
  labels.push_back({"app", workload.service});
  labels.push_back({"version", version});
  labels.push_back({"pod_template_hash", kube_suffix(mix(seed, workload.first_pod), 10)});
  labels.push_back({"security_istio_io_tlsMode", "istio"});
  labels.push_back({"service_istio_io_canonical_name", workload.service});
  labels.push_back({"service_istio_io_canonical_revision", version});
}

std::string uuid(std::uint64_t hash) {
  const std::string digits = hex_digits(hash, 32);
  return digits.substr(0, 8) + "_" + digits.substr(8, 4) + "_" + digits.substr(12, 4) + "_" + digits.substr(16, 4) +
         "_" + digits.substr(20);
}

std::string_view text_of(const std::vector<Label>& labels, std::string_view name) {
  for (const Label& label : labels)
    if (label.name == name) return label.value;
  return {};
}

// What cAdvisor says about one container: its cgroup, image and runtime name, all new with each life.
void add_cgroup_labels(const Target& target, std::uint64_t generation, std::uint64_t seed, std::string_view container,
                       std::vector<Label>& labels) {
  const std::uint64_t pod_key = mix(mix(seed, target.pod), generation);
  const std::string pod_slice = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uuid(pod_key) + ".slice";
  if (container.empty()) {
    labels.push_back({"id", pod_slice});
    return;
  }
  std::uint64_t container_key = pod_key;
  for (const char c : container) container_key = mix(container_key, static_cast<unsigned char>(c));
  const std::string runtime_name = hex_digits(container_key, 64);
  labels.push_back({"id", pod_slice + "/cri-containerd-" + runtime_name + ".scope"});
  labels.push_back({"image", "registry.example/mesh/" + std::string(container) + "@sha256:" + hex_digits(mix(seed, 77), 64)});
  labels.push_back({"name", runtime_name});
}

double histogram_value(const Block& block, const Events& events, std::uint32_t within) {
  const Profile& ordinary = block.family->profiles[block.profile];
  const Profile& slow = block.family->profiles[block.profile + 4];
  const std::size_t buckets = block.family->bounds.size() + 1;
  if (within < buckets)
    return std::floor(events.ordinary * ordinary.share[within]) + std::floor(events.slow * slow.share[within]);
  if (within > buckets) return events.all();
  const double unit = block.family->sum_unit;
  return unit * (std::floor(events.ordinary * ordinary.mean / unit) + std::floor(events.slow * slow.mean / unit));
}

double value_of(const Block& block, const Events& events, const Moment& moment, std::uint64_t key, std::uint32_t within) {
  switch (block.family->behaviour) {
    case Behaviour::counter: return events.all();
    case Behaviour::seconds: return events.all() / 100;
    case Behaviour::constant: return block.scale;
    case Behaviour::swaying: return std::floor(block.scale * sway(key, moment));
    case Behaviour::uptime: return std::floor(moment.age_s);
    case Behaviour::histogram: return histogram_value(block, events, within);
  }
  __builtin_unreachable();
}

bool counts_events(Behaviour behaviour) {
  return behaviour == Behaviour::counter || behaviour == Behaviour::seconds || behaviour == Behaviour::histogram;
}

}  // namespace

Mesh::Mesh(const MeshSpec& spec)
    : spec_(spec),
      topology_(make_topology(spec.size)),
      lifecycle_(spec.rates, topology_.pod_count, spec.size.seed) {
  MeshBuilder(*this).build();
}

MeshSpec Mesh::spec_for_series(MeshSpec spec, std::uint64_t series) {
  spec.size.services = 0;
  while (spec.size.pods > 1 && Mesh(spec).series_count() > series) --spec.size.pods;  // a small mesh has fewer pods
  const double base = static_cast<double>(Mesh(spec).series_count());
  double per_service = 2500;
  for (int attempt = 0; attempt < 4; ++attempt) {  // nearly linear, so a few corrections of the slope are enough
    const double wanted = std::max(0.0, (static_cast<double>(series) - base) / per_service);
    spec.size.services = std::min(kServicesMax, static_cast<std::size_t>(std::lround(wanted)));
    if (spec.size.services == 0) break;
    const double got = static_cast<double>(Mesh(spec).series_count());
    per_service = (got - base) / static_cast<double>(spec.size.services);
  }
  return spec;
}

std::vector<Label> Mesh::target_labels(std::size_t index, std::uint64_t generation) const {
  const Target& target = targets_[index];
  std::vector<Label> labels = spec_.external_labels;
  const auto add = [&](const char* name, std::string value) { labels.push_back({name, std::move(value)}); };
  if (target.kind == TargetKind::node || target.kind == TargetKind::containers) {
    add("job", "kubernetes-nodes-cadvisor");
    add("instance", node_name(target.node));
    add("metrics_path", "/metrics/cadvisor");
    add("kubernetes_io_hostname", node_name(target.node));
    add("topology_kubernetes_io_zone", "eu-west-1" + std::string(1, static_cast<char>('a' + target.node % 3)));
  } else {
    add("job", "kubernetes-pods");
    add("instance", pod_ip(target.pod, generation) + (target.kind == TargetKind::istiod ? ":15014" : ":15020"));
    add("node", node_name(target.node));
  }
  if (target.kind != TargetKind::node) {
    add("namespace", std::string(name_space(topology_, target)));
    add("pod", pod_name(topology_, target, generation, spec_.size.seed));
  }
  if (target.kind == TargetKind::sidecar)
    add_sidecar_pod_labels(topology_.workloads[target.workload], spec_.size.seed, labels);
  if (target.kind == TargetKind::istiod) add("app", "istiod");
  if (target.kind == TargetKind::ztunnel) add("app", "ztunnel");
  std::sort(labels.begin(), labels.end());
  return labels;
}

std::vector<LabelRef> Mesh::block_labels(const Target& target, const Block& block, std::uint64_t generation,
                                         const std::vector<Label>& of_target, std::vector<Label>& scratch) const {
  scratch = label_sets_[block.label_set];
  if (target.kind == TargetKind::containers && block.family->name.starts_with("container_"))
    add_cgroup_labels(target, generation, spec_.size.seed, text_of(label_sets_[block.label_set], "container"), scratch);
  std::vector<LabelRef> labels;
  for (const Label& label : scratch) labels.push_back({label.name, label.value});
  for (const Label& label : of_target) labels.push_back({label.name, label.value});
  std::stable_sort(labels.begin(), labels.end(), by_name);
  // honor_labels: what the process itself says wins over what the scrape adds.
  const auto same_name = [](const LabelRef& a, const LabelRef& b) { return a.name == b.name; };
  labels.erase(std::unique(labels.begin(), labels.end(), same_name), labels.end());
  return labels;
}

Mesh::Wording Mesh::wording(const Block& block, std::uint32_t within) const {
  const Family& family = *block.family;
  if (family.behaviour != Behaviour::histogram) return {family.name, {}};
  const std::size_t buckets = family.bounds.size() + 1;
  if (within < buckets) return {family.name + "_bucket", family.le[static_cast<std::size_t>(spec_.le)][within]};
  return {family.name + (within == buckets ? "_sum" : "_count"), {}};
}

void Mesh::apply(const Wording& wording, std::vector<LabelRef>& labels) {
  const auto insert = [&](LabelRef label) {
    labels.insert(std::upper_bound(labels.begin(), labels.end(), label, by_name), label);
  };
  insert({kMetricName, wording.name});
  if (!wording.le.empty()) insert({"le", wording.le});
}

void Mesh::values(std::size_t index, std::int64_t born_ms, std::int64_t now_ms, std::uint64_t tenant_key,
                  std::uint32_t first, std::uint32_t stride, std::span<double> values) const {
  const Target& target = targets_[index];
  const Moment moment = moment_at(born_ms, now_ms);
  const auto after = [](std::uint32_t series, const Block& block) { return series < block.first; };
  auto block = std::upper_bound(target.blocks.begin(), target.blocks.end(), first, after) - 1;
  std::uint32_t series = first;
  for (std::size_t i = 0; i < values.size(); ++block) {
    DCHECK(block != target.blocks.end());
    const auto end = static_cast<std::uint32_t>(block->first + block->family->series_count());
    if (series >= end) continue;
    const std::uint64_t key = mix(block->key, tenant_key);
    const Events events = counts_events(block->family->behaviour) ? events_at(key, block->scale, moment) : Events{};
    for (; series < end && i < values.size(); series += stride, ++i)
      values[i] = value_of(*block, events, moment, key, series - block->first);
  }
}

}  // namespace sluice::load
