// Goal: while workloads are rolled out, a process shows exactly the label sets that a real Envoy would: one for each
// release of its peers that it has met, the departed ones standing still until the process itself ends.
// Method: a small mesh is watched through two rounds of rollouts.

#include "load/mesh/rollouts.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "load/mesh/mesh.h"

namespace sluice::load {
namespace {

constexpr std::int64_t kNow = 1'795'000'000'000;
constexpr std::int64_t kEvery = 20'000;

std::vector<PodGroup> two_groups() { return {{0, 3}, {3, 2}}; }

TEST(Rollouts, WorkloadsTakeTurnsAndTheirPodsGoOneByOne) {
  const Rollouts rollouts({.every_ms = kEvery, .since_ms = kNow, .new_versions = true}, two_groups());
  EXPECT_EQ(rollouts.newest_release(0, kNow - 1), 0U);
  EXPECT_EQ(rollouts.newest_release(0, kNow), 1U);
  EXPECT_EQ(rollouts.oldest_release(0, kNow), 0U) << "the last pod still runs the former release";
  EXPECT_EQ(rollouts.turn_ms(0, 1, 1) - rollouts.turn_ms(0, 0, 1), kEvery / 2 / 3);
  EXPECT_EQ(rollouts.oldest_release(0, kNow + kEvery / 2), 1U);
  EXPECT_EQ(rollouts.newest_release(1, kNow + kEvery - 1), 0U);
  EXPECT_EQ(rollouts.newest_release(1, kNow + kEvery), 1U);
  EXPECT_EQ(rollouts.newest_release(0, kNow + 2 * kEvery), 2U);
}

TEST(Rollouts, NeverWithoutABeat) {
  const Rollouts rollouts({}, two_groups());
  EXPECT_EQ(rollouts.newest_release(0, kNow), 0U);
  EXPECT_FALSE(rollouts.ever_new_versions());
}

MeshSpec rolling_mesh(bool new_versions) {
  MeshSpec spec;
  spec.size.services = 3;
  spec.size.pods = 2;
  spec.rollouts = {.every_ms = kEvery, .since_ms = kNow, .new_versions = new_versions};
  return spec;
}

// Waypoints and ztunnels see both ends of an edge rolled out, and neither is their own workload.
MeshSpec rolling_ambient_mesh() {
  MeshSpec spec = rolling_mesh(true);
  spec.ambient = {"shop"};
  return spec;
}

using Shown = std::map<Labels, double>;

Shown shown(const Mesh& mesh, std::size_t target, std::int64_t at) {
  std::vector<double> values(mesh.targets()[target].place_count);
  const std::size_t count = mesh.values(target, at, at, 0, mesh.places(target), values);
  Shown series;
  std::size_t i = 0;
  mesh.describe(target, at, mesh.places(target), [&](std::uint32_t, std::span<const LabelRef> labels) {
    std::vector<Label> owned;
    for (const LabelRef& label : labels) owned.push_back({std::string(label.name), std::string(label.value)});
    EXPECT_TRUE(series.emplace(Labels(std::move(owned)), values[i++]).second) << "no series is shown twice";
  });
  EXPECT_EQ(i, count);
  EXPECT_EQ(i, mesh.series_count(target, at));
  return series;
}

std::int64_t two_cycles(const Mesh& mesh) {
  return 2 * kEvery * static_cast<std::int64_t>(mesh.rollouts().groups().size());
}

std::size_t first_ztunnel_of(const Mesh& mesh) {
  std::size_t target = 0;
  while (mesh.targets()[target].kind != TargetKind::ztunnel) ++target;
  return target;
}

std::size_t first_proxy_of(const Mesh& mesh, const std::string& service) {
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    if (mesh.targets()[t].kind == TargetKind::proxy &&
        mesh.topology().workloads[mesh.targets()[t].workload].service == service)
      return t;
  ADD_FAILURE() << service;
  return 0;
}

TEST(RollingMesh, WithoutNewVersionsOnlyThePodsAreNew) {
  const Mesh mesh(rolling_mesh(false));
  const std::size_t target = first_proxy_of(mesh, "details");
  const auto label = [&](std::int64_t at, const char* name) {
    return std::string(Labels(mesh.target_labels(target, mesh.life(target, at))).get(name));
  };
  const std::int64_t after = kNow + two_cycles(mesh);
  EXPECT_NE(label(kNow - 1, "pod"), label(after, "pod"));
  EXPECT_NE(label(kNow - 1, "pod_template_hash"), label(after, "pod_template_hash"));
  EXPECT_NE(label(kNow - 1, "instance"), label(after, "instance"));
  EXPECT_EQ(label(after, "version"), "v1");
  EXPECT_EQ(shown(mesh, target, kNow - 1).size(), shown(mesh, target, after).size());
}

TEST(RollingMesh, ANewVersionIsNewLabelSetsInEveryClientAndTheFormerOnesStandStill) {
  const Mesh mesh(rolling_mesh(true));
  const std::size_t client = first_proxy_of(mesh, "productpage");
  std::set<std::string> revisions;
  std::int64_t details_rolled_at = 0;
  for (std::size_t group = 0; group < mesh.topology().workloads.size(); ++group)
    if (mesh.topology().workloads[group].service == "details")
      details_rolled_at = mesh.rollouts().last_turn_ms(group, 1);
  const auto requests_to = [&](const Shown& series, std::string_view version) {
    double sum = -1;
    for (const auto& [labels, value] : series)
      if (labels.get("__name__") == "istio_requests_total" &&
          labels.get("destination_workload") == "details-" + std::string(version) &&
          labels.get("response_code") == "200" && labels.get("reporter") == "source")
        sum = value;
    return sum;
  };
  EXPECT_EQ(requests_to(shown(mesh, client, kNow - 1), "v2"), -1) << "v2 does not exist yet";
  const Shown once = shown(mesh, client, details_rolled_at + 1'000),
              later = shown(mesh, client, details_rolled_at + 60'000);
  EXPECT_GT(requests_to(once, "v1"), 0);
  EXPECT_EQ(requests_to(once, "v1"), requests_to(later, "v1")) << "v1 is gone: its counters are frozen";
  EXPECT_LT(requests_to(once, "v2"), requests_to(later, "v2"));
}

TEST(RollingMesh, AWaypointAndAZtunnelSeeBothEndsOfAnEdgeMove) {
  const Mesh mesh(rolling_ambient_mesh());
  for (const std::size_t target : {first_proxy_of(mesh, "waypoint"), first_ztunnel_of(mesh)}) {
    std::set<std::string> moved;  // the ends of its edges that it saw with a second version
    for (std::int64_t at = kNow; at < kNow + two_cycles(mesh); at += kEvery)
      for (const auto& [labels, value] : shown(mesh, target, at))
        for (const std::string side : {"source", "destination"})
          if (labels.get(side + "_version") == "v2" && !labels.get(side + "_app").starts_with("reviews"))
            moved.insert(side);
    EXPECT_EQ(moved, (std::set<std::string>{"source", "destination"}));
  }
}

TEST(RollingMesh, NothingIsForgottenBeforeTheProcessItselfEnds) {
  MeshSpec spec = rolling_ambient_mesh();
  spec.rates.restarted_per_minute = 2;
  const Mesh mesh(spec);
  for (std::size_t target = 0; target < mesh.targets().size(); target += 5) {
    Shown before = shown(mesh, target, kNow - 1'000);
    Life life = mesh.life(target, kNow - 1'000);
    for (std::int64_t at = kNow; at < kNow + two_cycles(mesh); at += 9'000) {
      const Life now = mesh.life(target, at);
      Shown series = shown(mesh, target, at);
      if (now == life) {
        for (const auto& [labels, value] : before) {
          const auto same = series.find(labels);
          ASSERT_NE(same, series.end()) << labels.text();
          ASSERT_GE(same->second, labels.get("__name__").ends_with("_total") ? value : same->second) << labels.text();
        }
      }
      before = std::move(series);
      life = now;
    }
  }
}

TEST(RollingMesh, AnEditionChangesWheneverTheSeriesDo) {
  MeshSpec spec = rolling_ambient_mesh();
  spec.rates = {.replaced_per_minute = 3, .restarted_per_minute = 5};
  const Mesh mesh(spec);
  const auto names = [](const Shown& series) {
    std::set<Labels> names;
    for (const auto& [labels, value] : series) names.insert(labels);
    return names;
  };
  for (const std::size_t target :
       {first_proxy_of(mesh, "productpage"), first_proxy_of(mesh, "waypoint"), first_ztunnel_of(mesh)}) {
    std::set<Labels> before = names(shown(mesh, target, kNow));
    constexpr std::int64_t step = 5'000;
    for (std::int64_t at = kNow + step; at < kNow + two_cycles(mesh); at += step) {
      const Edition former = mesh.edition(target, at - step), edition = mesh.edition(target, at);
      const std::set<Labels> now = names(shown(mesh, target, at));
      ASSERT_EQ(edition == former, before == now);
      std::size_t vanished = 0;
      mesh.describe_vanished(target, at - step, at, mesh.places(target),
                             [&](std::uint32_t, std::span<const LabelRef>) { ++vanished; });
      std::size_t gone = 0;
      for (const Labels& labels : before) gone += now.contains(labels) ? 0 : 1;
      ASSERT_EQ(vanished, gone);
      ASSERT_EQ(edition.lacks_series_of(former), gone > 0);
      before = now;
    }
  }
}

TEST(RollingMesh, ASeriesNeverChangesItsPlace) {
  MeshSpec spec = rolling_ambient_mesh();
  spec.rates.restarted_per_minute = 5;
  const Mesh mesh(spec);
  for (const std::size_t target :
       {first_proxy_of(mesh, "reviews"), first_proxy_of(mesh, "waypoint"), first_ztunnel_of(mesh)}) {
    std::map<std::string, std::uint32_t> places;
    for (std::int64_t at = kNow; at < kNow + two_cycles(mesh); at += 5'000)
      mesh.describe(target, at, mesh.places(target), [&](std::uint32_t place, std::span<const LabelRef> labels) {
        ASSERT_EQ(places.emplace(label_text(labels), place).first->second, place);
      });
  }
}

TEST(RollingMesh, VersionsOfOneServiceNeverMeet) {
  const Mesh mesh(rolling_mesh(true));
  for (std::int64_t at = kNow; at < kNow + two_cycles(mesh); at += kEvery) {
    std::map<std::string, std::size_t> workload_of;
    for (std::size_t w = 0; w < mesh.topology().workloads.size(); ++w)
      for (const std::uint64_t release :
           {mesh.rollouts().oldest_release(w, at), mesh.rollouts().newest_release(w, at)}) {
        const std::string name = workload_name(mesh.topology().workloads[w], release);
        EXPECT_EQ(workload_of.emplace(name, w).first->second, w) << name;
      }
  }
}

}  // namespace
}  // namespace sluice::load
