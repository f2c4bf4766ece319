// What Envoy and the agent of one pod expose about themselves.

#include "load/mesh/builder.h"

namespace sluice::load {

void add_proxy_series(MeshBuilder& builder, Target& proxy) {
  Families& families = builder.families();
  const auto gauge = [&](const char* name, Behaviour behaviour, double scale, std::vector<Label> labels = {}) {
    builder.add(proxy, families.plain(name, behaviour, MetricType::gauge), std::move(labels), scale);
  };
  const auto counter = [&](const char* name, double rate, std::vector<Label> labels = {}) {
    builder.add(proxy, families.counter(name), std::move(labels), rate);
  };
  gauge("istio_build", Behaviour::constant, 1, {{"component", "proxy"}, {"tag", "1.32.0"}});
  gauge("envoy_server_uptime", Behaviour::uptime, 1);
  gauge("envoy_server_memory_allocated", Behaviour::swaying, 18e6);
  gauge("envoy_server_memory_heap_size", Behaviour::swaying, 26e6);
  gauge("envoy_server_live", Behaviour::constant, 1);
  gauge("envoy_server_concurrency", Behaviour::constant, 2);
  gauge("envoy_cluster_manager_active_clusters", Behaviour::constant, 54);
  gauge("envoy_listener_manager_total_listeners_active", Behaviour::constant, 31);
  gauge("envoy_cluster_upstream_cx_active", Behaviour::constant, 1, {{"cluster_name", "xds-grpc"}});
  counter("envoy_cluster_upstream_cx_total", 0.0005, {{"cluster_name", "xds-grpc"}});
  counter("envoy_cluster_upstream_rq_total", 0.01, {{"cluster_name", "xds-grpc"}});
  counter("envoy_cluster_manager_cds_update_success", 0.002);
  counter("envoy_listener_manager_lds_update_success", 0.002);
  gauge("envoy_wasm_envoy_wasm_runtime_v8_active", Behaviour::constant, 0);
  gauge("envoy_wasm_envoy_wasm_runtime_null_active", Behaviour::constant, 4);
  counter("envoy_wasm_envoy_wasm_runtime_null_created", 0.0001);
  counter("istio_agent_scrapes_total", 1.0 / 15);
  for (const char* type : {"envoy", "application", "agent"})
    counter("istio_agent_scrape_failures_total", 1e-6, {{"type", type}});
  gauge("istio_agent_startup_duration_seconds", Behaviour::constant, 1.742);
  counter("istio_agent_xds_proxy_requests", 0.02);
  counter("istio_agent_xds_proxy_responses", 0.02);
  counter("istio_agent_istiod_connection_failures", 1e-5);
  counter("istio_agent_num_outgoing_requests", 1e-4, {{"request_type", "csr"}});
  gauge("istio_agent_cert_expiry_seconds", Behaviour::swaying, 43200, {{"resource_name", "default"}});
  counter("istio_agent_dns_requests_total", 0.5);
  counter("istio_agent_dns_upstream_requests_total", 0.2);
  static const Bounds dns_bounds = {.001, .005, .01, .1, 1, 5};
  builder.add(proxy,
              families.histogram("istio_agent_dns_upstream_request_duration_seconds", dns_bounds, 0.0006, 0.0001), {},
              0.2);
  add_process_series(builder, proxy, "istio_agent_");
}

}  // namespace sluice::load
