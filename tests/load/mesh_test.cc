// Goal: the simulated mesh has the shape of a real one: label counts, 67 series a label set, cumulative buckets,
// counters that only grow, and everything the same each time it is computed.

#include "load/mesh/mesh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace sluice::load {
namespace {

using testing::Contains;

constexpr std::int64_t kNow = 1'795'000'000'000;

MeshSpec small_mesh() {
  MeshSpec spec;
  spec.size.services = 12;
  spec.size.pods = 2;
  return spec;
}

Labels copy(std::span<const LabelRef> labels) {
  std::vector<Label> owned;
  for (const LabelRef& label : labels) owned.push_back({std::string(label.name), std::string(label.value)});
  return Labels(std::move(owned));
}

std::vector<Labels> series_of(const Mesh& mesh, std::size_t target, std::int64_t at = kNow) {
  std::vector<Labels> all;
  mesh.describe(target, at, mesh.places(target),
                [&](std::uint32_t, std::span<const LabelRef> labels) { all.push_back(copy(labels)); });
  return all;
}

std::vector<double> values_of(const Mesh& mesh, std::size_t target, std::int64_t at, std::uint64_t tenant = 0) {
  std::vector<double> values(mesh.targets()[target].place_count);
  values.resize(mesh.values(target, at, at, tenant, mesh.places(target), values));
  return values;
}

TEST(Mesh, DescribesAsManySeriesAsItCounts) {
  const Mesh mesh(small_mesh());
  std::uint64_t total = 0;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
    EXPECT_EQ(series_of(mesh, t).size(), mesh.series_count(t, kNow));
    EXPECT_EQ(mesh.series_count(t, kNow), mesh.targets()[t].place_count) << "without rollouts every place is taken";
    total += mesh.series_count(t, kNow);
  }
  EXPECT_EQ(total, mesh.series_count(kNow));
}

TEST(Mesh, NoTwoSeriesAreTheSameAndLabelsAreSorted) {
  const Mesh mesh(small_mesh());
  std::set<Labels> seen;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    for (const Labels& labels : series_of(mesh, t)) {
      for (std::size_t i = 1; i < labels.size(); ++i)
        ASSERT_LT(labels.all()[i - 1].name, labels.all()[i].name) << labels.text();
      for (const Label& label : labels.all()) ASSERT_FALSE(label.value.empty()) << labels.text();
      ASSERT_TRUE(seen.insert(labels).second) << labels.text();
    }
}

TEST(Mesh, HttpSeriesCarryTheLabelsOfIstiosAddon) {
  const Mesh mesh(small_mesh());
  std::size_t http = 0, grpc = 0;
  for (const Labels& labels : series_of(mesh, 0)) {
    if (!labels.get("__name__").starts_with("istio_request_duration") &&
        labels.get("__name__") != "istio_requests_total")
      continue;
    const bool is_grpc = labels.get("request_protocol") == "grpc";
    const bool has_le = !labels.get("le").empty();
    EXPECT_EQ(labels.size(), 36U + (is_grpc ? 1 : 0) + (has_le ? 1 : 0)) << labels.text();
    EXPECT_EQ(labels.get("grpc_response_status").empty(), !is_grpc);
    ++(is_grpc ? grpc : http);
  }
  EXPECT_GT(http, 0U);
}

// Groups the series of a target by everything but name and le.
std::map<Labels, std::vector<Labels>> label_sets(const std::vector<Labels>& series) {
  std::map<Labels, std::vector<Labels>> sets;
  for (const Labels& labels : series) {
    std::vector<Label> rest;
    for (const Label& label : labels.all())
      if (label.name != "__name__" && label.name != "le") rest.push_back(label);
    sets[Labels(std::move(rest))].push_back(labels);
  }
  return sets;
}

TEST(Mesh, OneHttpLabelSetIsSixtySevenSeries) {
  const Mesh mesh(small_mesh());
  std::size_t checked = 0;
  for (const auto& [set, series] : label_sets(series_of(mesh, 0))) {
    if (set.get("response_code").empty()) continue;
    EXPECT_EQ(series.size(), 67U) << set.text();
    ++checked;
  }
  EXPECT_GT(checked, 1U);
}

TEST(Mesh, BothReportersCountAnEdgeAndOnlyTheServerKnowsThePolicy) {
  const Mesh mesh(small_mesh());
  std::set<std::string> policies;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    for (const Labels& labels : series_of(mesh, t))
      if (labels.get("__name__") == "istio_requests_total")
        policies.insert(std::string(labels.get("reporter")) + " " +
                        std::string(labels.get("connection_security_policy")));
  EXPECT_EQ(policies, (std::set<std::string>{"source unknown", "destination mutual_tls", "destination none"}));
}

TEST(Mesh, UnreachedServersAreUnknown) {
  const Mesh mesh(small_mesh());
  std::size_t unreached = 0;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    for (const Labels& labels : series_of(mesh, t))
      if (labels.get("response_code") == "503" && labels.get("__name__") == "istio_requests_total") {
        EXPECT_EQ(labels.get("destination_workload"), "unknown");
        EXPECT_EQ(labels.get("reporter"), "source");
        ++unreached;
      }
  EXPECT_GT(unreached, 0U);
}

TEST(Mesh, BucketsAreCumulativeAndEndInTheCount) {
  const Mesh mesh(small_mesh());
  std::size_t histograms = 0;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
    const std::vector<double> values = values_of(mesh, t, kNow);
    for (const Block& block : mesh.targets()[t].blocks) {
      if (block.family->behaviour != Behaviour::histogram) continue;
      const std::size_t buckets = block.family->bounds.size() + 1;
      const double* const v = values.data() + block.first;
      for (std::size_t i = 1; i < buckets; ++i) ASSERT_LE(v[i - 1], v[i]);
      ASSERT_EQ(v[buckets - 1], v[buckets + 1]) << "+Inf is the count";
      ASSERT_EQ(v[buckets - 1], std::floor(v[buckets - 1]));
      ++histograms;
    }
  }
  EXPECT_GT(histograms, 50U);
}

TEST(Mesh, RequestsAreWhatTheDurationsCount) {
  const Mesh mesh(small_mesh());
  const std::vector<double> values = values_of(mesh, 0, kNow);
  const auto& blocks = mesh.targets()[0].blocks;
  ASSERT_EQ(blocks[0].family->name, "istio_requests_total");
  ASSERT_EQ(blocks[1].family->name, "istio_request_duration_milliseconds");
  EXPECT_EQ(values[blocks[0].first], values[blocks[1].first + 21]);
}

TEST(Mesh, CountersOnlyGrowWhileAPodLives) {
  const Mesh mesh(small_mesh());
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
    std::vector<double> before = values_of(mesh, t, kNow);
    bool moved = false;
    for (std::int64_t at = kNow + 700; at < kNow + 60'000; at += 700) {
      const std::vector<double> now = values_of(mesh, t, at);
      for (const Block& block : mesh.targets()[t].blocks) {
        const Behaviour behaviour = block.family->behaviour;
        if (behaviour == Behaviour::constant || behaviour == Behaviour::swaying) continue;
        for (std::size_t i = block.first; i < block.first + block.family->series_count(); ++i) {
          ASSERT_LE(before[i], now[i]) << block.family->name;
          moved = moved || before[i] < now[i];
        }
      }
      before = now;
    }
    EXPECT_EQ(moved, mesh.targets()[t].kind != TargetKind::node);
  }
}

TEST(Mesh, ManySeriesNeverMove) {  // the cold part of a mesh, which receivers compress best
  const Mesh mesh(small_mesh());
  std::size_t cold = 0, all = 0;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
    const std::vector<double> first = values_of(mesh, t, kNow), last = values_of(mesh, t, kNow + 600'000);
    for (std::size_t i = 0; i < first.size(); ++i, ++all) cold += first[i] == last[i] ? 1 : 0;
  }
  EXPECT_GT(cold, all / 4);
  EXPECT_LT(cold, all * 3 / 4);
}

TEST(Mesh, IsTheSameEachTimeAndOtherForOtherSeeds) {
  const Mesh a(small_mesh()), b(small_mesh());
  EXPECT_EQ(series_of(a, 3), series_of(b, 3));
  EXPECT_EQ(values_of(a, 3, kNow), values_of(b, 3, kNow));
  MeshSpec other = small_mesh();
  other.size.seed = 2;
  EXPECT_NE(values_of(a, 3, kNow), values_of(Mesh(other), 3, kNow));
  EXPECT_NE(values_of(a, 3, kNow, 1), values_of(a, 3, kNow, 2)) << "tenants must not share values";
}

TEST(Mesh, AStrideSeesTheSameSeriesAndValues) {
  const Mesh mesh(small_mesh());
  const std::vector<Labels> all = series_of(mesh, 0);
  const std::vector<double> values = values_of(mesh, 0, kNow);
  constexpr std::uint32_t first = 2, stride = 5;
  std::vector<double> some((all.size() - first + stride - 1) / stride);
  const Places places{first, static_cast<std::uint32_t>(some.size()), stride};
  EXPECT_EQ(mesh.values(0, kNow, kNow, 0, places, some), some.size());
  for (std::size_t i = 0; i < some.size(); ++i) EXPECT_EQ(some[i], values[first + i * stride]);
  mesh.describe(0, kNow, places, [&](std::uint32_t index, std::span<const LabelRef> labels) {
    EXPECT_EQ((index - first) % stride, 0U);
    EXPECT_EQ(copy(labels), all[index]);
  });
}

TEST(Mesh, AReplacedPodHasNewSeriesOnly) {
  MeshSpec spec = small_mesh();
  spec.rates.replaced_per_minute = 1;
  const Mesh mesh(spec);
  const std::vector<Labels> before = series_of(mesh, 0, kNow), after = series_of(mesh, 0, kNow + 3'600'000);
  ASSERT_EQ(before.size(), after.size());
  for (const Labels& labels : after) EXPECT_THAT(before, testing::Not(Contains(labels)));
  EXPECT_EQ(before[0].get("app"), after[0].get("app"));
}

TEST(Mesh, GrowsToTheAskedNumberOfSeries) {
  for (const std::uint64_t wanted : {20'000U, 100'000U}) {
    const Mesh mesh(Mesh::spec_for_series(MeshSpec(), wanted));
    EXPECT_NEAR(static_cast<double>(mesh.series_count(kNow)), static_cast<double>(wanted),
                0.06 * static_cast<double>(wanted));
  }
}

TEST(Mesh, ASmallOneHasFewerPodsButAllServices) {
  const Mesh mesh(Mesh::spec_for_series(MeshSpec(), 5'000));
  EXPECT_LT(mesh.series_count(kNow), 6'500U);
  EXPECT_EQ(Mesh(Mesh::spec_for_series(MeshSpec(), 1)).topology().workloads.size(), 9U);
}

TEST(Mesh, KnowsTheNamesOfTheReferenceMesh) {
  const Mesh mesh(small_mesh());
  std::set<std::string> apps, pods;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    for (const Label& label : mesh.target_labels(t, mesh.life(t, kNow))) {
      if (label.name == "app") apps.insert(label.value);
      if (label.name == "pod") pods.insert(label.value);
    }
  for (const char* app :
       {"productpage", "details", "reviews", "ratings", "web-app", "istio-ingressgateway", "istiod", "ztunnel"})
    EXPECT_THAT(apps, Contains(app));
  EXPECT_THAT(pods, Contains("istiod-7c6b5d9f4d-x2k8p"));
  EXPECT_THAT(pods, Contains("istiod-7c6b5d9f4d-9tq4w"));
}

TEST(Topology, NobodyCallsTheSameWorkloadByTwoEdges) {  // --callers 4 and 7 did: two series with one name
  for (std::size_t callers = 1; callers <= 7; ++callers) {
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const Edge& edge : make_topology({.services = 60, .callers = callers}, {}).edges) {
      EXPECT_TRUE(!edge.from || seen.emplace(*edge.from, edge.to).second) << callers << " callers";
    }
  }
}

TEST(SpellLe, AsBothGenerationsOfPrometheusDo) {
  const std::pair<double, std::pair<const char*, const char*>> kCases[] = {{0.5, {"0.5", "0.5"}},
                                                                           {1, {"1", "1.0"}},
                                                                           {60000, {"60000", "60000.0"}},
                                                                           {1800000, {"1800000", "1.8e+06"}},
                                                                           {3600000, {"3600000", "3.6e+06"}}};
  for (const auto& [bound, spelled] : kCases) {
    EXPECT_EQ(spell_le(bound, LeSpelling::go2), spelled.first);
    EXPECT_EQ(spell_le(bound, LeSpelling::go3), spelled.second);
  }
}

}  // namespace
}  // namespace sluice::load
