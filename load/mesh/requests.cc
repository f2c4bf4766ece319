// What Envoy counts about requests: docs of the label sets are in Istio's standard metrics reference.

#include "load/mesh/builder.h"
#include "load/mesh/party.h"

namespace sluice::load {
namespace {

struct Outcome {  // one combination of response labels seen on an edge
  const char* code;
  const char* grpc_status;  // empty: not gRPC, the label does not exist
  const char* flags;
  double share;  // of the edge's requests
  bool reached;  // false: no server was reached, so only the client reports, destination unknown
};

std::vector<Outcome> outcomes_of(const Edge& edge, bool first_version) {
  const bool grpc = edge.traffic == Traffic::grpc;
  std::vector<Outcome> outcomes = {{"200", grpc ? "0" : "", "-", 1.0, true}};
  if (edge.traffic == Traffic::tcp) return outcomes;
  const std::uint64_t luck = mix(edge.key, 5) % 10;
  // All versions of a service share the label set of requests that reached none of them: it is the first version's
  // here.
  if (first_version && luck < 6)
    outcomes.push_back({"503", grpc ? "14" : "", "UF,URX", 0.0002, false});  // rare: hardly ever moves
  if (luck < 4) outcomes.push_back({grpc ? "200" : "404", grpc ? "5" : "", "-", 0.01, true});
  if (luck == 0) outcomes.push_back({"500", grpc ? "13" : "", "-", 0.001, true});
  return outcomes;
}

// The 67 series of one label set.
void add_http(MeshBuilder& builder, Target& pod, std::uint32_t set, double rate, std::uint64_t key,
              std::uint8_t profile) {
  Families& families = builder.families();
  const auto histogram = [&](const char* name, double median) {
    builder.add(pod, families.histogram(name, envoy_bounds(), median, 1), set, rate, key, profile);
  };
  builder.add(pod, families.counter("istio_requests_total"), set, rate, key);
  histogram("istio_request_duration_milliseconds", 2);
  histogram("istio_request_bytes", 300);
  histogram("istio_response_bytes", 900);
}

enum class Reporter : std::uint8_t { source, destination, waypoint };

class EdgeSeries {
 public:
  EdgeSeries(MeshBuilder& builder, const Edge& edge, Reporter reporter)
      : builder_(builder), edge_(edge), reporter_(reporter) {}

  // `calls`: for how many of the edge's pods each pod that reports stands. The label sets are shared by all of these.
  void add_to(const Workload& reporting, double calls = 1) {
    for (const Outcome& outcome : outcomes_of(edge_, destination().version <= 1)) {
      if (!outcome.reached && reporter_ == Reporter::destination) continue;
      const Parties parties{edge_.from, outcome.reached ? std::optional(edge_.to) : std::nullopt};
      const std::uint32_t set = builder_.label_set(labels(outcome), parties);
      const std::uint32_t message_set =
          edge_.traffic == Traffic::grpc ? builder_.label_set(message_labels(outcome), parties) : 0;
      for (std::size_t i = 0; i < reporting.pod_count; ++i)
        add_outcome(builder_.proxy(reporting.first_pod + i), outcome, edge_.rate_per_s * calls, set, message_set);
    }
  }

 private:
  const Workload& destination() const { return builder_.topology().workloads[edge_.to]; }

  std::vector<Label> message_labels(const Outcome& outcome) const {  // known while the stream is still open
    std::vector<Label> labels;
    static constexpr const char* kReporters[] = {"source", "destination", "waypoint"};
    labels.push_back({"reporter", kReporters[static_cast<std::size_t>(reporter_)]});
    if (!edge_.from) append_unknown_party("source", "latest", labels);
    const char* revision = reporter_ == Reporter::waypoint ? "unknown" : "latest";
    if (!outcome.reached) append_unknown_party("destination", revision, labels);
    append_destination_service(destination(), labels);
    return labels;
  }

  std::vector<Label> labels(const Outcome& outcome) const {
    static constexpr const char* kProtocols[] = {"http", "grpc", "tcp"};
    std::vector<Label> labels = message_labels(outcome);
    labels.push_back({"request_protocol", kProtocols[static_cast<std::size_t>(edge_.traffic)]});
    labels.push_back({"response_flags", outcome.flags});
    const char* policy = reporter_ == Reporter::source ? "unknown" : edge_.from ? "mutual_tls" : "none";
    labels.push_back({"connection_security_policy", policy});
    if (edge_.traffic == Traffic::tcp) return labels;
    labels.push_back({"response_code", outcome.code});
    if (*outcome.grpc_status != 0) labels.push_back({"grpc_response_status", outcome.grpc_status});
    return labels;
  }

  void add_outcome(Target& pod, const Outcome& outcome, double calls_per_s, std::uint32_t set,
                   std::uint32_t message_set) {
    const std::uint64_t key = mix(builder_.next_key(), pod.pod);
    const double rate = calls_per_s * outcome.share;
    if (edge_.traffic == Traffic::tcp) return add_tcp_series(builder_, pod, set, rate, key);
    Families& families = builder_.families();
    add_http(builder_, pod, set, rate, key, static_cast<std::uint8_t>(edge_.key % 8));
    const bool first = outcome.share == 1.0;  // messages have no outcome: one pair per edge
    if (edge_.traffic != Traffic::grpc || !first) return;
    builder_.add(pod, families.counter("istio_request_messages_total"), message_set, rate, key);
    builder_.add(pod, families.counter("istio_response_messages_total"), message_set, rate * 3, key);
  }

  MeshBuilder& builder_;
  const Edge& edge_;
  const Reporter reporter_;
};

}  // namespace

void add_tcp_series(MeshBuilder& builder, Target& target, std::uint32_t set, double rate, std::uint64_t key) {
  Families& families = builder.families();
  builder.add(target, families.counter("istio_tcp_connections_opened_total"), set, rate, key);
  builder.add(target, families.counter("istio_tcp_connections_closed_total"), set, rate * 0.999, key);
  builder.add(target, families.counter("istio_tcp_sent_bytes_total"), set, rate * 9000, key);
  builder.add(target, families.counter("istio_tcp_received_bytes_total"), set, rate * 1400, key);
}

void add_request_series(MeshBuilder& builder) {
  const std::vector<Workload>& workloads = builder.topology().workloads;
  const auto pods = [](const Workload& workload) { return static_cast<double>(workload.pod_count); };
  for (const Edge& edge : builder.topology().edges) {
    const Workload& to = workloads[edge.to];
    if (edge.from && workloads[*edge.from].dataplane == Dataplane::sidecar)
      EdgeSeries(builder, edge, Reporter::source).add_to(workloads[*edge.from]);
    if (to.dataplane == Dataplane::sidecar) EdgeSeries(builder, edge, Reporter::destination).add_to(to);
    if (edge.from && to.waypoint) {  // who is outside the mesh knows no waypoint
      const Workload& waypoint = workloads[*to.waypoint];
      EdgeSeries(builder, edge, Reporter::waypoint).add_to(waypoint, pods(to) / pods(waypoint));
    }
  }
}

void add_attack_series(MeshBuilder& builder, Target& gateway) {
  const Attack& attack = builder.spec().attack;
  constexpr double kRequestsPerS = 0.2;  // a scanner comes back now and then
  for (std::size_t i = 0; i < attack.host_count; ++i) {
    const std::string host = attack.host_name(i, builder.spec().size.seed);
    std::vector<Label> labels = {{"reporter", "source"},
                                 {"destination_service", host},
                                 {"destination_service_name", host},
                                 {"destination_service_namespace", "unknown"},
                                 {"request_protocol", "http"},
                                 {"response_code", "404"},
                                 {"response_flags", "NR"},
                                 {"connection_security_policy", "unknown"}};
    append_unknown_party("destination", "latest", labels);
    builder.add_from(attack.arrival_ms(i));
    add_http(builder, gateway, builder.label_set(std::move(labels), {gateway.workload, {}}), kRequestsPerS,
             builder.next_key(), 0);
  }
  builder.add_from(0);
  gateway.attacked = true;
}

}  // namespace sluice::load
