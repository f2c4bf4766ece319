#include "load/mesh/mesh.h"

#include <algorithm>
#include <cmath>

#include "load/mesh/builder.h"
#include "load/mesh/names.h"
#include "load/mesh/party.h"
#include "proto/base/check.h"

namespace sluice::load {
namespace {

constexpr std::size_t kServicesMax = 20'000;  // 40 million series: more than one generator should push

bool by_name(const LabelRef& a, const LabelRef& b) { return a.name < b.name; }

std::string template_hash(const Workload& workload, const Life& life, std::uint64_t seed) {
  return kube_suffix(mix(mix(seed, workload.first_pod), life.release), 10);
}

std::string pod_name(const Topology& topology, const Target& target, const Life& life, std::uint64_t version_release,
                     std::uint64_t seed) {
  const std::uint64_t key = mix(mix(seed, target.pod), life.generation);
  if (target.owner == PodOwner::istiod)
    return target.pod == topology.pod_count ? "istiod-7c6b5d9f4d-x2k8p" : "istiod-7c6b5d9f4d-9tq4w";
  if (target.owner == PodOwner::ztunnel) return "ztunnel-" + kube_suffix(key, 5);
  const Workload& workload = topology.workloads[target.workload];
  return workload_name(workload, version_release) + "-" + template_hash(workload, life, seed) + "-" +
         kube_suffix(key, 5);
}

std::string_view name_space(const Topology& topology, const Target& target) {
  return target.owner == PodOwner::workload ? std::string_view(topology.workloads[target.workload].name_space)
                                            : std::string_view("istio-system");
}

void add_sidecar_labels(const Workload& workload, const std::string& version, std::vector<Label>& labels) {
  labels.push_back({"app", workload.service});
  labels.push_back({"version", version});
  labels.push_back({"security_istio_io_tlsMode", "istio"});
}

void add_waypoint_labels(const Workload& workload, std::vector<Label>& labels) {
  labels.push_back({"gateway_istio_io_managed", "istio.io-mesh-controller"});
  labels.push_back({"gateway_networking_k8s_io_gateway_name", workload.service});
  labels.push_back({"istio_io_dataplane_mode", "none"});
  labels.push_back({"sidecar_istio_io_inject", "false"});
}

void add_proxy_pod_labels(const Workload& workload, const std::string& version, std::string hash,
                          std::vector<Label>& labels) {
  if (workload.dataplane == Dataplane::waypoint)
    add_waypoint_labels(workload, labels);
  else
    add_sidecar_labels(workload, version, labels);
  labels.push_back({"pod_template_hash", std::move(hash)});
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
  const std::string pod_slice =
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uuid(pod_key) + ".slice";
  if (container.empty()) {
    labels.push_back({"id", pod_slice});
    return;
  }
  std::uint64_t container_key = pod_key;
  for (const char c : container) container_key = mix(container_key, static_cast<unsigned char>(c));
  const std::string runtime_name = hex_digits(container_key, 64);
  labels.push_back({"id", pod_slice + "/cri-containerd-" + runtime_name + ".scope"});
  labels.push_back(
      {"image", "registry.example/mesh/" + std::string(container) + "@sha256:" + hex_digits(mix(seed, 77), 64)});
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

double value_of(const Block& block, const Events& events, const Moment& moment, std::uint64_t key, std::uint32_t within,
                double series_scraped) {
  switch (block.family->behaviour) {
    case Behaviour::counter: return events.all();
    case Behaviour::seconds: return events.all() / 100;
    case Behaviour::constant: return block.scale;
    case Behaviour::swaying: return std::floor(block.scale * sway(key, moment));
    case Behaviour::uptime: return std::floor(moment.age_s);
    case Behaviour::scraped: return series_scraped;
    case Behaviour::histogram: return histogram_value(block, events, within);
  }
  __builtin_unreachable();
}

bool counts_events(Behaviour behaviour) {
  return behaviour == Behaviour::counter || behaviour == Behaviour::seconds || behaviour == Behaviour::histogram;
}

std::vector<PodGroup> rollout_groups(const Topology& topology, std::size_t nodes) {
  std::vector<PodGroup> groups;
  for (const Workload& w : topology.workloads) groups.push_back({w.first_pod, w.pod_count, w.version > 0});
  groups.push_back({first_ztunnel(topology), nodes, false});
  return groups;
}

}  // namespace

std::string label_text(std::span<const LabelRef> labels) {
  std::string text;
  for (const LabelRef& label : labels) text.append(label.name).append("\xff").append(label.value).append("\xff");
  return text;
}

Mesh::Mesh(const MeshSpec& spec)
    : spec_(spec),
      topology_(make_topology(spec.size, spec.ambient)),
      lifecycle_(spec.rates, topology_.pod_count, spec.size.seed,
                 Rollouts(spec.rollouts, rollout_groups(topology_, node_count(topology_, spec.pods_per_node)))) {
  MeshBuilder(*this).build();
}

MeshSpec Mesh::spec_for_series(MeshSpec spec, std::uint64_t series) {
  const std::int64_t before = std::min(spec.rollouts.since_ms, spec.attack.since_ms) - 1;
  spec.size.services = 0;
  while (spec.size.pods > 1 && Mesh(spec).series_count(before) > series)
    --spec.size.pods;  // a small mesh has fewer pods
  const double base = static_cast<double>(Mesh(spec).series_count(before));
  double per_service = 2500;
  for (int attempt = 0; attempt < 4; ++attempt) {  // nearly linear, so a few corrections of the slope are enough
    const double wanted = std::max(0.0, (static_cast<double>(series) - base) / per_service);
    spec.size.services = std::min(kServicesMax, static_cast<std::size_t>(std::lround(wanted)));
    if (spec.size.services == 0) break;
    const double got = static_cast<double>(Mesh(spec).series_count(before));
    per_service = (got - base) / static_cast<double>(spec.size.services);
  }
  return spec;
}

std::uint64_t Mesh::series_count(std::int64_t at_ms) const {
  std::uint64_t count = 0;
  for (std::size_t t = 0; t < targets_.size(); ++t) count += series_count(t, at_ms);
  return count;
}

std::uint32_t Mesh::series_count(std::size_t index, std::int64_t at_ms) const {
  const Target& target = targets_[index];
  if (target.peers.empty() && !target.attacked) return target.place_count;
  std::uint32_t count = 0;
  walk(target, life(index, at_ms), at_ms, places(index),
       [&](const Block&, const Spell&, std::uint32_t, std::uint32_t here) { count += here; });
  return count;
}

Edition Mesh::edition(std::size_t index, std::int64_t now_ms) const {
  const Life alive = life(index, now_ms);
  Edition edition{alive.generation, 0, 0, 0};
  if (targets_[index].attacked) edition.hosts = spec_.attack.arrived(now_ms);
  for (const std::size_t peer : targets_[index].peers) {
    edition.oldest += rollouts().oldest_release(peer, alive.born_ms);
    edition.newest += rollouts().newest_release(peer, now_ms);
  }
  return edition;
}

std::optional<std::size_t> Mesh::own_workload(const Target& target) const {
  return target.kind == TargetKind::proxy ? std::optional(target.workload) : std::nullopt;
}

std::optional<Spell> Mesh::spell(const Target& target, const Life& life, const Block& block, std::int64_t at_ms) const {
  if (block.since_ms > at_ms) return std::nullopt;
  std::optional<Spell> spell(std::in_place);
  spell->from_ms = life.born_ms;
  if (rollouts().ever_new_versions())
    spell = spell_at(rollouts(), label_sets_[block.label_set].parties, own_workload(target), life, block.slot, at_ms);
  if (spell) spell->from_ms = std::max(spell->from_ms, block.since_ms);
  return spell;
}

std::vector<Label> Mesh::target_labels(std::size_t index, const Life& life) const {
  const Target& target = targets_[index];
  const bool new_version = target.owner == PodOwner::workload && rollouts().ever_new_versions();
  const std::uint64_t version_release = new_version ? life.release : 0;
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
    add("instance", pod_ip(target.pod, life.generation) + (target.kind == TargetKind::istiod ? ":15014" : ":15020"));
    add("node", node_name(target.node));
  }
  if (target.kind != TargetKind::node) {
    add("namespace", std::string(name_space(topology_, target)));
    add("pod", pod_name(topology_, target, life, version_release, spec_.size.seed));
  }
  if (target.kind == TargetKind::proxy) {
    const Workload& workload = topology_.workloads[target.workload];
    add_proxy_pod_labels(workload, version_label(workload, version_release),
                         template_hash(workload, life, spec_.size.seed), labels);
  }
  if (target.kind == TargetKind::istiod) add("app", "istiod");
  if (target.kind == TargetKind::ztunnel) add("app", "ztunnel");
  std::sort(labels.begin(), labels.end());
  return labels;
}

std::vector<LabelRef> Mesh::block_labels(const Target& target, const Block& block, const Spell& spell, const Life& life,
                                         const std::vector<Label>& of_target, std::vector<Label>& scratch) const {
  const LabelSet& set = label_sets_[block.label_set];
  scratch = set.labels;
  const auto add_party = [&](const char* side, std::optional<std::size_t> party, std::uint64_t release) {
    if (party) append_party(side, topology_.workloads[*party], release, scratch);
  };
  add_party("source", set.parties.source, spell.source_release);
  add_party("destination", set.parties.destination, spell.destination_release);
  if (target.kind == TargetKind::containers && block.family->name.starts_with("container_"))
    add_cgroup_labels(target, life.generation, spec_.size.seed, text_of(set.labels, "container"), scratch);
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

std::size_t Mesh::values(std::size_t index, std::int64_t at_ms, std::int64_t now_ms, std::uint64_t tenant_key,
                         const Places& places, std::span<double> values) const {
  const Target& target = targets_[index];
  const Life alive = life(index, at_ms);
  const Moment whole_life = moment_at(alive.born_ms, now_ms);
  const double scraped = series_count(index, at_ms) - kScrapeSeries;
  std::size_t filled = 0;
  walk(target, alive, at_ms, places,
       [&](const Block& block, const Spell& spell, std::uint32_t within, std::uint32_t count) {
         const bool all_life = spell.from_ms == alive.born_ms && spell.until_ms >= now_ms;
         const Moment moment = all_life ? whole_life : moment_at(spell.from_ms, std::min(now_ms, spell.until_ms));
         const std::uint64_t key = mix(block.key, tenant_key + spell.source_release + spell.destination_release);
         const Events events = counts_events(block.family->behaviour) ? events_at(key, block.scale, moment) : Events{};
         for (; count > 0; within += places.stride, --count)
           values[filled++] = value_of(block, events, moment, key, within, scraped);
       });
  return filled;
}

}  // namespace sluice::load
