// What a node shows: ztunnel about itself, and cAdvisor's view of each pod.

#include "load/mesh/builder.h"

namespace sluice::load {
namespace {

// "" is the pod's own row and POD the pause container: dashboards must tell them from the real ones.
std::vector<const char*> container_names(MeshBuilder& builder, const Target& containers) {
  std::vector<const char*> names = {"", "POD"};
  if (containers.owner == PodOwner::istiod) names.push_back("discovery");
  if (containers.owner == PodOwner::ztunnel) names.push_back("istio-proxy");
  if (containers.owner != PodOwner::workload) return names;
  const Dataplane dataplane = builder.topology().workloads[containers.workload].dataplane;
  if (dataplane != Dataplane::ambient) names.push_back("istio-proxy");
  if (dataplane != Dataplane::waypoint) names.push_back("app");
  return names;
}

}  // namespace
void add_ztunnel_series(MeshBuilder& builder, Target& ztunnel) {
  Families& families = builder.families();
  const auto gauge = [&](const char* name, Behaviour behaviour, double scale, std::vector<Label> labels = {}) {
    builder.add(ztunnel, families.plain(name, behaviour, MetricType::gauge), std::move(labels), scale);
  };
  const auto counter = [&](const char* name, double rate, std::vector<Label> labels = {}) {
    builder.add(ztunnel, families.counter(name), std::move(labels), rate);
  };
  for (const char* reporter : {"source", "destination"})
    gauge("istio_tcp_sockets_open", Behaviour::swaying, 40, {{"reporter", reporter}});
  for (const char* type : {"A", "AAAA"})
    counter("istio_dns_requests_total", 2, {{"request_query_type", type}, {"request_protocol", "udp"}});
  for (const char* reason : {"ConnectionError", "Error", "Reconnect", "Complete"})
    counter("istio_xds_connection_terminations_total", 0.0003, {{"reason", reason}});
  for (const char* kind : {"workload.Address", "security.Authorization"})
    counter("istio_xds_message_total", 0.05, {{"url", std::string("type.googleapis.com/istio.") + kind}});
  gauge("workload_manager_active_proxy_count", Behaviour::constant, 18);
  gauge("workload_manager_pending_proxy_count", Behaviour::constant, 0);
  counter("workload_manager_proxies_started_total", 0.001);
  counter("workload_manager_proxies_stopped_total", 0.0009);
  gauge("istio_build", Behaviour::constant, 1, {{"component", "ztunnel"}, {"tag", "1.32.0"}});
  gauge("process_open_fds", Behaviour::swaying, 120);
  gauge("process_max_fds", Behaviour::constant, 1048576);
}

void add_container_series(MeshBuilder& builder, Target& containers) {
  Families& families = builder.families();
  for (const char* name : container_names(builder, containers)) {
    std::vector<Label> labels;
    if (*name != 0) labels.push_back({"container", name});
    const auto with = [&](const char* extra, const char* value) {
      std::vector<Label> more = labels;
      more.push_back({extra, value});
      return more;
    };
    builder.add(containers,
                families.plain("container_cpu_usage_seconds_total", Behaviour::seconds, MetricType::counter),
                with("cpu", "total"), 12);
    builder.add(containers, families.plain("container_memory_working_set_bytes", Behaviour::swaying, MetricType::gauge),
                labels, 60e6);
    builder.add(containers, families.plain("container_fs_usage_bytes", Behaviour::swaying, MetricType::gauge),
                with("device", "/dev/nvme0n1p1"), 4e6);
  }
  for (const char* name : {"container_network_transmit_bytes_total", "container_network_receive_bytes_total"})
    builder.add(containers, families.counter(name), {{"interface", "eth0"}}, 20'000);
}

}  // namespace sluice::load
