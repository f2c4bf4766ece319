// Goal: in an ambient namespace waypoints and ztunnels report what sidecars would have: requests once, in the
// waypoint's name, and their bytes at both ends.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "load/mesh/mesh.h"
#include "load/mesh/names.h"

namespace sluice::load {
namespace {

using testing::StartsWith;

constexpr std::int64_t kNow = 1'795'000'000'000;

MeshSpec ambient_mesh(std::vector<std::string> ambient = {"shop", "platform", "data"}) {
  MeshSpec spec;
  spec.size.services = 12;
  spec.pods_per_node = 5;
  spec.ambient = std::move(ambient);
  return spec;
}

bool is_ambient(const MeshSpec& spec, std::string_view name_space) {
  return std::find(spec.ambient.begin(), spec.ambient.end(), name_space) != spec.ambient.end();
}

std::vector<Labels> series_of(const Mesh& mesh, std::size_t target) {
  std::vector<Labels> all;
  mesh.describe(target, kNow, mesh.places(target), [&](std::uint32_t, std::span<const LabelRef> labels) {
    std::vector<Label> owned;
    for (const LabelRef& label : labels) owned.push_back({std::string(label.name), std::string(label.value)});
    all.emplace_back(std::move(owned));
  });
  return all;
}

std::vector<Labels> series_of(const Mesh& mesh) {
  std::vector<Labels> all;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    for (Labels& labels : series_of(mesh, t)) all.push_back(std::move(labels));
  return all;
}

const Workload& workload(const Mesh& mesh, const Target& target) { return mesh.topology().workloads[target.workload]; }

std::set<std::string> nodes_of(const Mesh& mesh, std::size_t workload) {
  std::set<std::string> nodes;
  for (const Target& target : mesh.targets())
    if (target.kind == TargetKind::containers && target.owner == PodOwner::workload && target.workload == workload)
      nodes.insert(node_name(target.node));
  return nodes;
}

// What tells one edge from another.
std::string parties_of(const Labels& labels) {
  return std::string(labels.get("source_workload")) + " to " + std::string(labels.get("destination_workload"));
}

std::string parties_of(const Mesh& mesh, const Edge& edge) {
  const auto name = [&](std::size_t w) { return workload_name(mesh.topology().workloads[w], 0); };
  return (edge.from ? name(*edge.from) : "unknown") + " to " + name(edge.to);
}

TEST(Ambient, APodHasNoProxyAndOneContainerLess) {
  const Mesh mesh(ambient_mesh());
  std::set<std::string> containers;
  std::size_t proxies = 0;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
    const Target& target = mesh.targets()[t];
    if (target.owner != PodOwner::workload || target.kind == TargetKind::node) continue;
    if (workload(mesh, target).dataplane != Dataplane::ambient) continue;
    proxies += target.kind == TargetKind::proxy ? 1 : 0;
    for (const Labels& labels : series_of(mesh, t)) containers.emplace(labels.get("container"));
  }
  EXPECT_EQ(proxies, 0U);
  EXPECT_EQ(containers, (std::set<std::string>{"", "POD", "app"}));
}

TEST(Ambient, NoTwoSeriesAreTheSame) {
  for (const MeshSpec& spec : {ambient_mesh(), ambient_mesh(workload_namespaces())}) {
    const Mesh mesh(spec);
    std::set<Labels> seen;
    for (const Labels& labels : series_of(mesh)) {
      for (std::size_t i = 1; i < labels.size(); ++i)
        ASSERT_LT(labels.all()[i - 1].name, labels.all()[i].name) << labels.text();
      ASSERT_TRUE(seen.insert(labels).second) << labels.text();
    }
    EXPECT_EQ(seen.size(), mesh.series_count(kNow));
  }
}

TEST(Ambient, TheWaypointReportsInItsOwnName) {
  const Mesh mesh(ambient_mesh());
  std::size_t reached = 0, unreached = 0;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    for (const Labels& labels : series_of(mesh, t)) {
      if (labels.get("reporter") != "waypoint") continue;
      ASSERT_EQ(mesh.targets()[t].kind, TargetKind::proxy);
      ASSERT_EQ(workload(mesh, mesh.targets()[t]).dataplane, Dataplane::waypoint);
      EXPECT_THAT(std::string(labels.get("pod")), StartsWith("waypoint-"));
      EXPECT_EQ(labels.get("gateway_networking_k8s_io_gateway_name"), "waypoint");
      EXPECT_EQ(labels.get("app"), "");
      EXPECT_EQ(labels.get("namespace"), labels.get("destination_service_namespace"));
      EXPECT_NE(labels.get("source_workload"), "unknown");
      if (labels.get("__name__") != "istio_requests_total") continue;
      EXPECT_EQ(labels.get("connection_security_policy"), "mutual_tls");
      const bool known = labels.get("response_code") != "503";
      EXPECT_EQ(labels.get("destination_workload") == "unknown", !known);
      EXPECT_EQ(labels.get("destination_canonical_revision") == "unknown", !known) << "sidecars say latest";
      EXPECT_EQ(labels.size(), labels.get("grpc_response_status").empty() ? 37U : 38U) << labels.text();
      ++(known ? reached : unreached);
    }
  EXPECT_GT(reached, 0U);
  EXPECT_GT(unreached, 0U);
}

TEST(Ambient, RequestsToItAreReportedByEveryWaypointPodAndByNoServer) {
  const MeshSpec spec = ambient_mesh();
  const Mesh mesh(spec);
  std::map<std::string, std::set<std::string>> pods_by_edge;
  for (const Labels& labels : series_of(mesh)) {
    if (!is_ambient(spec, labels.get("destination_service_namespace"))) continue;
    if (labels.get("app") == "ztunnel") continue;
    EXPECT_NE(labels.get("reporter"), "destination") << labels.text();
    EXPECT_FALSE(labels.get("reporter") == "source" && is_ambient(spec, labels.get("source_workload_namespace")))
        << labels.text();
    if (labels.get("reporter") == "waypoint") pods_by_edge[parties_of(labels)].emplace(labels.get("pod"));
  }
  for (const Edge& edge : mesh.topology().edges) {
    const Workload& to = mesh.topology().workloads[edge.to];
    if (!edge.from || !to.waypoint) continue;
    EXPECT_EQ(pods_by_edge[parties_of(mesh, edge)].size(), mesh.topology().workloads[*to.waypoint].pod_count);
  }
}

TEST(Ambient, OneHttpLabelSetOfAWaypointIsSixtySevenSeries) {
  const Mesh mesh(ambient_mesh({"shop"}));
  std::map<std::string, std::size_t> sets;
  for (const Labels& labels : series_of(mesh))
    if (labels.get("reporter") == "waypoint")
      ++sets[std::string(labels.get("pod")) + " " + parties_of(labels) + " " +
             std::string(labels.get("response_code"))];
  EXPECT_GT(sets.size(), 20U);
  for (const auto& [set, series] : sets) {
    const bool shared = set.find("unknown") != std::string::npos;  // by all servers that were not reached
    EXPECT_EQ(series % 67, 0U) << set;
    EXPECT_TRUE(shared || series == 67) << set << " has " << series;
  }
}

TEST(Ambient, ZtunnelsCountTheBytesOnTheNodesOfBothEnds) {
  const Mesh mesh(ambient_mesh({"shop", "bookinfo"}));
  std::map<std::string, std::set<std::string>> nodes;  // by reporter and edge
  for (const Labels& labels : series_of(mesh)) {
    if (labels.get("app") != "ztunnel" || labels.get("source_workload").empty()) continue;
    EXPECT_EQ(labels.get("request_protocol"), "tcp");
    EXPECT_EQ(labels.get("connection_security_policy"),
              labels.get("source_workload") == "unknown" ? "unknown" : "mutual_tls");
    nodes[std::string(labels.get("reporter")) + " " + parties_of(labels)].emplace(labels.get("node"));
  }
  std::size_t expected = 0;
  const auto expect = [&](const char* reporter, const Edge& edge, std::optional<std::size_t> end) {
    if (!end || mesh.topology().workloads[*end].dataplane != Dataplane::ambient) return;
    EXPECT_EQ(nodes[reporter + (" " + parties_of(mesh, edge))], nodes_of(mesh, *end));
    ++expected;
  };
  for (const Edge& edge : mesh.topology().edges) {
    expect("source", edge, edge.from);
    expect("destination", edge, edge.to);
  }
  EXPECT_EQ(nodes.size(), expected) << "and no other edge's";
  EXPECT_GT(expected, 10U);
}

TEST(Ambient, ACallerOutsideTheMeshReachesThePodWithoutItsWaypoint) {
  const Mesh mesh(ambient_mesh({"bookinfo"}));
  std::set<std::string> reporters;
  for (const Labels& labels : series_of(mesh))
    if (labels.get("source_workload") == "unknown")
      reporters.insert(std::string(labels.get("app")) + " " + std::string(labels.get("reporter")));
  EXPECT_EQ(reporters, std::set<std::string>{"ztunnel destination"});
}

TEST(Ambient, WithoutSuchANamespaceZtunnelsCarryNothing) {
  const Mesh mesh(ambient_mesh({}));
  for (const Labels& labels : series_of(mesh)) {
    EXPECT_NE(labels.get("reporter"), "waypoint");
    EXPECT_FALSE(labels.get("app") == "ztunnel" && !labels.get("destination_service").empty()) << labels.text();
  }
}

TEST(Ambient, AWaypointSeesAsManyRequestsAsTheServersWould) {
  const auto rate = [](const MeshSpec& spec, const char* reporter) {
    const Mesh mesh(spec);
    double requests = 0;
    for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
      std::vector<double> before(mesh.targets()[t].place_count), after = before;
      mesh.values(t, kNow, kNow, 0, mesh.places(t), before);
      mesh.values(t, kNow, kNow + 3'600'000, 0, mesh.places(t), after);
      const std::vector<Labels> series = series_of(mesh, t);
      for (std::size_t i = 0; i < series.size(); ++i)
        if (series[i].get("__name__") == "istio_requests_total" && series[i].get("reporter") == reporter &&
            series[i].get("destination_service_namespace") == "shop" && series[i].get("response_code") == "200")
          requests += after[i] - before[i];
    }
    return requests;
  };
  const double by_servers = rate(ambient_mesh({}), "destination");
  EXPECT_NEAR(rate(ambient_mesh({"shop"}), "waypoint"), by_servers, 0.01 * by_servers);
}

}  // namespace
}  // namespace sluice::load
