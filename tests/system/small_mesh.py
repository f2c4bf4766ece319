"""A small Istio mesh as remote-write samples: enough of every metric family that dashboards and Kiali ask for.

Deterministic: the value of a series is a function of its labels and the time. The names are those of Istio's bookinfo
example, so that published dashboard queries select something.
"""
import itertools
import zlib

BOUNDS = ["0.5", "1", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "30000", "60000",
          "300000", "600000", "1800000", "3600000", "+Inf"]
WORKLOADS = {  # workload: (namespace, app, version, pods)
    "istio-ingressgateway": ("istio-system", "istio-ingressgateway", "", 1),
    "productpage-v1": ("bookinfo", "productpage", "v1", 2),
    "details-v1": ("bookinfo", "details", "v1", 1),
    "reviews-v1": ("bookinfo", "reviews", "v1", 1),
    "reviews-v2": ("bookinfo", "reviews", "v2", 2),
    "reviews-v3": ("bookinfo", "reviews", "v3", 1),
    "ratings-v1": ("bookinfo", "ratings", "v1", 1),
    "web-app-v1": ("default", "web-app", "v1", 1),
    "mongodb-v1": ("bookinfo", "mongodb", "v1", 1),
}
EDGES = [  # client, server, protocol
    ("istio-ingressgateway", "productpage-v1", "http"), ("istio-ingressgateway", "web-app-v1", "http"),
    ("productpage-v1", "details-v1", "http"), ("productpage-v1", "reviews-v1", "http"),
    ("productpage-v1", "reviews-v2", "http"), ("productpage-v1", "reviews-v3", "http"),
    ("reviews-v2", "ratings-v1", "grpc"), ("reviews-v3", "ratings-v1", "http"), ("ratings-v1", "mongodb-v1", "tcp"),
    ("productpage-v1", "reviews-v2", "tcp"), ("reviews-v2", "ratings-v1", "tcp"),
]
# Edges that are seen with the other security policy, too: dashboards ask for mTLS and for plaintext apart.
MIXED = {("productpage-v1", "reviews-v2"), ("reviews-v2", "ratings-v1")}
ISTIOD = ("istiod-7c6b5d9f4d-x2k8p", "istiod-7c6b5d9f4d-9tq4w")


# What Kiali's dashboards of one application ask for, whatever it is written in.
APPLICATION_GAUGES = """
    envoy_server_memory_heap_size envoy_listener_downstream_cx_active process_resident_memory_bytes go_goroutines
    go_memstats_next_gc_bytes jvm_buffer_memory_used_bytes jvm_buffer_total_capacity_bytes jvm_buffer_count
    jvm_threads_live jvm_threads_daemon jvm_classes_loaded jvm_memory_used_bytes jvm_memory_committed_bytes
    jvm_memory_max_bytes jvm_threads_live_threads jvm_threads_daemon_threads jvm_threads_states_threads
    base:classloader_current_loaded_class_count base:thread_count base:thread_max_count base:thread_daemon_count
    base:memory_committed_heap_bytes base:memory_max_heap_bytes base:memory_used_heap_bytes
    envoy_wasm_envoy_wasm_runtime_null_active envoy_wasm_envoy_wasm_runtime_v8_active
    envoy_wasm_remote_load_cache_entries envoy_wasm_remote_load_cache_hits""".split()
APPLICATION_COUNTERS = """
    envoy_cluster_upstream_rq_total envoy_listener_http_downstream_rq go_memstats_alloc_bytes_total
    go_gc_duration_seconds_count base:classloader_total_unloaded_class_count
    base:gc_complete_scavenger_count""".split()
KIALI_HISTOGRAMS = ["kiali_api_processing_duration_seconds", "kiali_graph_generation_duration_seconds",
                    "kiali_tracing_processing_duration_seconds"]


def seed_of(labels):
    return zlib.crc32(repr(sorted(labels.items())).encode())


class Series:
    def __init__(self, labels, target, value):
        self.labels, self.target, self.value = labels, target, value


def counter(labels, target, per_tick):
    """Grows by about `per_tick`, starts over once in a while as a restarted pod's counters do."""
    seed = seed_of(labels)
    reset_at = 90 + seed % 400

    def value(tick):
        n = tick if tick < reset_at else tick - reset_at
        return float(int(n * per_tick + (seed % 97) + (zlib.crc32(b"%d %d" % (seed, tick)) % 100) / 100 * per_tick))
    return Series(labels, target, value)


def gauge(labels, target, base):
    seed = seed_of(labels)
    return Series(labels, target, lambda tick: base * (1 + (zlib.crc32(b"%d %d" % (seed, tick)) % 1000) / 1000))


def histogram(name, labels, target, per_tick, bounds=BOUNDS, scale=1.0):
    seed = seed_of({**labels, "__name__": name})
    middle = 3 + seed % 5
    for i, le in enumerate(bounds):
        share = 0.0 if i + 2 < middle else min(1.0, (i + 3 - middle) / 6)
        whole = le == bounds[-1]
        yield Series({**labels, "__name__": f"{name}_bucket", "le": le}, target,
                     lambda tick, s=1.0 if whole else share: float(int(tick * per_tick * s)))
    yield Series({**labels, "__name__": f"{name}_count"}, target, lambda tick: float(int(tick * per_tick)))
    yield Series({**labels, "__name__": f"{name}_sum"}, target, lambda tick: float(int(tick * per_tick * 37 * scale)))


def pods(workload):
    namespace, app, version, count = WORKLOADS[workload]
    for n in range(count):
        pod = f"{workload}-6d4c8b9f7b-{'x2k8p 9tq4w zz5ff'.split()[n]}"
        yield {"job": "kubernetes-pods", "instance": f"10.244.{len(workload)}.{n + 17}:15020", "namespace": namespace,
               "pod": pod, "node": f"node-{n}", "app": app, **({"version": version} if version else {}),
               "pod_template_hash": "6d4c8b9f7b", "service_istio_io_canonical_name": app}


def policies(client, server, reporter):
    usual, other = ("mutual_tls", "none") if reporter == "destination" else ("unknown", "mutual_tls")
    return (usual, other) if (client, server) in MIXED else (usual,)


def traffic_labels(client, server, protocol, reporter, policy):
    cn, ca, cv, _ = WORKLOADS[client]
    sn, sa, sv, _ = WORKLOADS[server]
    return {
        "reporter": reporter, "request_protocol": protocol, "response_flags": "-",
        "connection_security_policy": policy,
        "source_workload": client, "source_workload_namespace": cn, "source_app": ca, "source_version": cv or "unknown",
        "source_canonical_service": ca, "source_canonical_revision": cv or "latest", "source_cluster": "Kubernetes",
        "source_principal": f"spiffe://cluster.local/ns/{cn}/sa/{ca}",
        "destination_workload": server, "destination_workload_namespace": sn, "destination_app": sa,
        "destination_version": sv, "destination_canonical_service": sa, "destination_canonical_revision": sv,
        "destination_cluster": "Kubernetes", "destination_principal": f"spiffe://cluster.local/ns/{sn}/sa/{sa}",
        "destination_service": f"{sa}.{sn}.svc.cluster.local", "destination_service_name": sa,
        "destination_service_namespace": sn,
    }


def edge_series(client, server, protocol):
    for reporter, workload in (("source", client), ("destination", server)):
        for target, policy in itertools.product(pods(workload), policies(client, server, reporter)):
            labels = {**target, **traffic_labels(client, server, protocol, reporter, policy)}
            where = target["instance"]
            if protocol == "tcp":
                for what in ("connections_opened", "connections_closed", "sent_bytes", "received_bytes"):
                    yield counter({**labels, "__name__": f"istio_tcp_{what}_total"}, where, 300)
                continue
            for code, flags, rate in (("200", "-", 150), ("404", "-", 3), ("503", "UF,URX", 1)):
                extra = {"response_code": code, "response_flags": flags}
                if protocol == "grpc":
                    extra["grpc_response_status"] = "0" if code == "200" else "14"
                full = {**labels, **extra}
                yield counter({**full, "__name__": "istio_requests_total"}, where, rate)
                for name in ("istio_request_duration_milliseconds", "istio_request_bytes", "istio_response_bytes"):
                    yield from histogram(name, full, where, rate)
            if protocol == "grpc":
                for way in ("request", "response"):
                    yield counter({**labels, "__name__": f"istio_{way}_messages_total"}, where, 20)


def cadvisor_series(namespace, pod, node, containers):
    for container in containers:
        labels = {"job": "kubernetes-nodes-cadvisor", "instance": node, "container": container, "pod": pod,
                  "namespace": namespace, "cpu": "total"}
        yield counter({**labels, "__name__": "container_cpu_usage_seconds_total"}, node, 3)
        yield gauge({**labels, "__name__": "container_memory_working_set_bytes"}, node, 5e7)
        yield gauge({**labels, "__name__": "container_fs_usage_bytes"}, node, 5e6)
        yield counter({**labels, "__name__": "container_network_transmit_bytes_total"}, node, 9e3)


def proxy_series():
    for workload in WORKLOADS:
        for target in pods(workload):
            where = target["instance"]
            yield gauge({**target, "__name__": "istio_build", "component": "proxy", "tag": "1.32.0"}, where, 0.5)
            yield gauge({**target, "__name__": "envoy_server_memory_allocated"}, where, 2e7)
            yield gauge({**target, "__name__": "envoy_server_uptime"}, where, 1e4)
            yield gauge({**target, "__name__": "envoy_cluster_upstream_cx_active", "cluster_name": "xds-grpc"}, where, 1)
            yield Series({**target, "__name__": "up"}, where, lambda tick: 1.0)
            yield from cadvisor_series(target["namespace"], target["pod"], target["node"], ("istio-proxy", "app"))


def application_series():
    for target in pods("reviews-v1"):
        where = target["instance"]
        for name in APPLICATION_GAUGES:
            yield gauge({**target, "__name__": name}, where, 1e3)
        for name in APPLICATION_COUNTERS:
            yield counter({**target, "__name__": name}, where, 7)
    kiali = {"job": "kubernetes-pods", "instance": "10.244.7.1:9090", "namespace": "istio-system", "app": "kiali"}
    for name in KIALI_HISTOGRAMS:
        yield from histogram(name, kiali, kiali["instance"], 5, ["0.1", "0.5", "1", "5", "+Inf"], 0.01)


def istiod_series():
    for n, pod in enumerate(ISTIOD):
        where = f"10.244.9.{n}:15014"
        base = {"job": "kubernetes-pods", "instance": where, "namespace": "istio-system", "pod": pod, "app": "istiod",
                "istio": "pilot", "container": "discovery"}
        yield from cadvisor_series("istio-system", pod, "node-0", ("discovery", "istio-proxy"))
        for kind in ("cds", "eds", "lds", "rds"):
            yield counter({**base, "__name__": "pilot_xds_pushes", "type": kind}, where, 5)
            yield gauge({**base, "__name__": f"pilot_xds_{kind}_reject", "node": "n", "err": "e"}, where, 1)
        for kind in ("endpoint", "config", "service"):
            yield counter({**base, "__name__": "pilot_push_triggers", "type": kind}, where, 2)
            yield counter({**base, "__name__": "pilot_k8s_cfg_events", "type": kind, "event": "update"}, where, 1)
        for name in ("pilot_xds", "pilot_services", "pilot_virt_services", "pilot_info", "istio_build", "go_goroutines",
                     "process_open_fds", "process_resident_memory_bytes", "process_virtual_memory_bytes",
                     "go_memstats_alloc_bytes", "go_memstats_heap_alloc_bytes", "go_memstats_heap_inuse_bytes",
                     "go_memstats_heap_sys_bytes", "go_memstats_stack_inuse_bytes", "pilot_conflict_inbound_listener"):
            extra = {"component": "pilot", "tag": "1.32.0"} if name == "istio_build" else {"version": "1.32.0"}
            yield gauge({**base, **extra, "__name__": name}, where, 40)
        for name in ("process_cpu_seconds_total", "go_memstats_alloc_bytes_total", "go_memstats_mallocs_total",
                     "galley_validation_passed", "galley_validation_failed", "sidecar_injection_success_total",
                     "sidecar_injection_failure_total", "pilot_total_xds_internal_errors",
                     "pilot_total_xds_rejects", "pilot_xds_write_timeout"):
            yield counter({**base, "__name__": name}, where, 4)
        convergence = ["0.1", "0.5", "1", "3", "5", "10", "20", "30", "+Inf"]
        yield from histogram("pilot_proxy_convergence_time", base, where, 6, convergence, 0.01)
        yield from histogram("pilot_xds_config_size_bytes", base, where, 6, ["1", "10000", "1e+06", "4e+06", "1e+07",
                                                                         "4e+07", "+Inf"], 900)


def ztunnel_series():
    for n in range(2):
        where = f"10.244.8.{n}:15020"
        base = {"job": "kubernetes-pods", "instance": where, "namespace": "istio-system", "pod": f"ztunnel-abcd{n}",
                "app": "ztunnel", "container": "istio-proxy"}
        yield from cadvisor_series("istio-system", base["pod"], f"node-{n}", ("istio-proxy",))
        for name in ("workload_manager_active_proxy_count", "workload_manager_pending_proxy_count", "process_open_fds",
                     "istio_tcp_sockets_open"):
            yield gauge({**base, "__name__": name}, where, 10)
        for name in ("istio_xds_connection_terminations_total", "istio_xds_message_total", "istio_xds_message_bytes_total",
                     "istio_dns_requests_total", "istio_on_demand_dns_total"):
            yield counter({**base, "__name__": name, "url": "type.googleapis.com/x", "reason": "Error"}, where, 4)
        yield gauge({**base, "__name__": "istio_build", "component": "ztunnel", "tag": "1.32.0"}, where, 1)
        for name in ("connections_opened", "connections_closed", "sent_bytes", "received_bytes"):
            labels = traffic_labels("productpage-v1", "reviews-v2", "tcp", "source", "unknown")
            yield counter({**base, **labels, "__name__": f"istio_tcp_{name}_total"}, where, 50)


def all_series():
    """Every series once: two spellings of one label set would be a duplicate on any server."""
    unique = {}
    for edge in EDGES:
        for series in edge_series(*edge):
            unique[tuple(sorted(series.labels.items()))] = series
    for family in (proxy_series(), application_series(), istiod_series(), ztunnel_series()):
        for series in family:
            unique[tuple(sorted(series.labels.items()))] = series
    return list(unique.values())


def offset_ms(target):
    """Targets are spread over the scrape interval, on whole 100 ms."""
    return zlib.crc32(target.encode()) % 150 * 100
