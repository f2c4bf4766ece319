// What istiod exposes, and the Go runtime of any process of the mesh. Names are as registered: many counters of istiod
// have no _total.

#include "load/mesh/builder.h"

namespace sluice::load {
namespace {

class Istiod {
 public:
  Istiod(MeshBuilder& builder, Target& target) : builder_(builder), target_(target) {}

  void add_pushes() {
    each("pilot_xds_pushes", "type", {"cds", "eds", "lds", "rds", "sds", "nds", "ecds", "wds"}, 0.2);
    each("pilot_xds_pushes", "type", {"cds_senderr", "eds_senderr", "lds_senderr", "rds_senderr"}, 1e-5);
    each("pilot_push_triggers", "type", {"endpoint", "config", "service", "proxy", "global", "secret"}, 0.05);
    each("pilot_inbound_updates", "type", {"config", "eds", "svc", "svcdelete"}, 0.03);
    for (const char* event : {"add", "update", "delete", "updatesame"}) {
      for (const char* kind : {"Pods", "Nodes", "Services", "EndpointSlice"})
        counter("pilot_k8s_reg_events", 0.02, {{"type", kind}, {"event", event}});
      for (const char* kind : {"VirtualService", "DestinationRule", "Gateway"})
        counter("pilot_k8s_cfg_events", 0.001, {{"type", kind}, {"event", event}});
    }
    each("xds_cache_reads", "type", {"hit", "miss"}, 2);
    each("xds_cache_evictions", "type", {"clear", "size"}, 0.01);
    counter("pilot_total_xds_internal_errors", 1e-6);
    counter("pilot_xds_write_timeout", 1e-6);
    counter("pilot_total_xds_rejects", 1e-5, {{"type", "lds"}});
  }

  void add_state() {
    gauge("pilot_xds", Behaviour::swaying, 60, {{"version", "1.32.0"}});
    gauge("pilot_info", Behaviour::constant, 1, {{"version", "1.32.0"}});
    gauge("istio_build", Behaviour::constant, 1, {{"component", "pilot"}, {"tag", "1.32.0"}});
    gauge("pilot_services", Behaviour::constant, static_cast<double>(builder_.topology().workloads.size()));
    gauge("pilot_virt_services", Behaviour::constant, 12);
    gauge("istiod_uptime_seconds", Behaviour::uptime, 1);
    for (const char* name :
         {"pilot_no_ip", "pilot_endpoint_not_ready", "pilot_eds_no_instances", "pilot_vservice_dup_domain",
          "pilot_conflict_inbound_listener", "pilot_conflict_outbound_listener_tcp_over_current_tcp",
          "pilot_destrule_subsets", "pilot_duplicate_envoy_clusters", "endpoint_no_pod"})
      gauge(name, Behaviour::constant, 0);
    gauge("citadel_server_root_cert_expiry_timestamp", Behaviour::constant, 2'100'000'000);
  }

  void add_admission() {
    for (const char* resource : {"virtualservices", "destinationrules", "gateways"})
      counter("galley_validation_passed", 0.001,
              {{"group", "networking.istio.io"}, {"version", "v1"}, {"resource", resource}});
    counter("galley_validation_failed", 1e-5,
            {{"group", "networking.istio.io"},
             {"version", "v1"},
             {"resource", "gateways"},
             {"reason", "invalid_resource"}});
    counter("galley_validation_config_updates", 1e-4);
    counter("sidecar_injection_requests_total", 0.01);
    counter("sidecar_injection_success_total", 0.01);
    counter("citadel_server_csr_count", 0.02);
    counter("citadel_server_success_cert_issuance_count", 0.02);
  }

  void add_timings() {
    static const Bounds convergence = {.1, .5, 1, 3, 5, 10, 20, 30};
    static const Bounds push = {.01, .1, .5, 1, 3, 5, 10, 20, 30};
    static const Bounds config_size = {1, 10000, 1e6, 4e6, 1e7, 4e7};
    static const Bounds injection = {.1, 1, 3, 5, 10, 20, 30, 60};
    timing("pilot_proxy_convergence_time", convergence, 0.08);
    timing("pilot_proxy_queue_time", convergence, 0.02);
    timing("pilot_debounce_time", push, 0.1);
    timing("sidecar_injection_time_seconds", injection, 0.01);
    for (const char* type : {"cds", "eds", "lds", "rds"}) {
      timing("pilot_xds_push_time", push, 0.01, {{"type", type}});
      builder_.add(target_, builder_.families().histogram("pilot_xds_config_size_bytes", config_size, 9000, 1),
                   {{"type", type}}, 0.2);
    }
  }

 private:
  void gauge(const char* name, Behaviour behaviour, double scale, std::vector<Label> labels = {}) {
    builder_.add(target_, builder_.families().plain(name, behaviour, MetricType::gauge), std::move(labels), scale);
  }
  void counter(const char* name, double rate, std::vector<Label> labels = {}) {
    builder_.add(target_, builder_.families().counter(name), std::move(labels), rate);
  }
  void each(const char* name, const char* label, std::initializer_list<const char*> values, double rate) {
    for (const char* value : values) counter(name, rate, {{label, value}});
  }
  void timing(const char* name, const Bounds& bounds, double median, std::vector<Label> labels = {}) {
    builder_.add(target_, builder_.families().histogram(name, bounds, median, 0.001), std::move(labels), 0.3);
  }

  MeshBuilder& builder_;
  Target& target_;
};

}  // namespace

void add_istiod_series(MeshBuilder& builder, Target& target) {
  Istiod istiod(builder, target);
  istiod.add_pushes();
  istiod.add_state();
  istiod.add_admission();
  istiod.add_timings();
  add_process_series(builder, target, "");
}

void add_process_series(MeshBuilder& builder, Target& target, std::string_view prefix) {
  Families& families = builder.families();
  const auto named = [&](const char* name) { return std::string(prefix) + name; };
  const auto gauge = [&](const char* name, double scale) {
    builder.add(target, families.plain(named(name), Behaviour::swaying, MetricType::gauge), {}, scale);
  };
  const auto counter = [&](const char* name, double rate) {
    builder.add(target, families.counter(named(name)), {}, rate);
  };
  builder.add(target, families.plain(named("process_cpu_seconds_total"), Behaviour::seconds, MetricType::counter), {},
              9);
  gauge("process_open_fds", 40);
  gauge("process_resident_memory_bytes", 90e6);
  gauge("process_virtual_memory_bytes", 900e6);
  gauge("go_goroutines", 300);
  gauge("go_threads", 14);
  gauge("go_memstats_alloc_bytes", 30e6);
  gauge("go_memstats_heap_alloc_bytes", 30e6);
  gauge("go_memstats_heap_inuse_bytes", 45e6);
  gauge("go_memstats_heap_sys_bytes", 80e6);
  gauge("go_memstats_stack_inuse_bytes", 2e6);
  gauge("go_memstats_next_gc_bytes", 50e6);
  counter("go_memstats_alloc_bytes_total", 4e6);
  counter("go_memstats_mallocs_total", 30'000);
  counter("go_gc_duration_seconds_count", 0.1);
  builder.add(target, families.plain(named("go_info"), Behaviour::constant, MetricType::gauge),
              {{"version", "go1.26.1"}}, 1);
}

}  // namespace sluice::load
