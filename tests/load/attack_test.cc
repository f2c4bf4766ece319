// Goal: a scanner's Host headers become new series of one gateway pod, and of nothing else.

#include "load/mesh/attack.h"

#include <gtest/gtest.h>

#include <set>

#include "load/mesh/mesh.h"

namespace sluice::load {
namespace {

constexpr std::int64_t kNow = 1'795'000'000'000;

MeshSpec attacked_mesh() {
  MeshSpec spec;
  spec.size.services = 1;
  spec.size.pods = 2;
  spec.attack = {.every_ms = 1'000, .host_count = 5, .since_ms = kNow};
  return spec;
}

TEST(Attack, EachHostHeaderIsOneMoreLabelSetUntilTheScannerRunsOut) {
  const Mesh mesh(attacked_mesh());
  const std::uint64_t before = mesh.series_count(kNow - 1);
  EXPECT_EQ(mesh.series_count(kNow), before + 67);
  EXPECT_EQ(mesh.series_count(kNow + 1'999), before + 2 * 67);
  EXPECT_EQ(mesh.series_count(kNow + 3'600'000), before + 5 * 67);
}

TEST(Attack, HitsOnePodOfTheGatewayWhichNamesEveryHost) {
  const Mesh mesh(attacked_mesh());
  std::set<std::string> pods, hosts;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t)
    mesh.describe(t, kNow + 10'000, mesh.places(t), [&](std::uint32_t, std::span<const LabelRef> labels) {
      std::vector<Label> owned;
      for (const LabelRef& label : labels) owned.push_back({std::string(label.name), std::string(label.value)});
      const Labels all(std::move(owned));
      if (!all.get("destination_service").ends_with(".scan.example")) return;
      EXPECT_EQ(all.get("source_workload"), "istio-ingressgateway");
      EXPECT_EQ(all.get("reporter"), "source");
      EXPECT_EQ(all.get("destination_workload"), "unknown");
      EXPECT_EQ(all.size(), all.get("le").empty() ? 36U : 37U) << all.text();
      pods.emplace(all.get("pod"));
      hosts.emplace(all.get("destination_service"));
    });
  EXPECT_EQ(pods.size(), 1U);
  EXPECT_EQ(hosts.size(), 5U);
}

TEST(Attack, ChangesTheEditionOfThatPodOnly) {
  const Mesh mesh(attacked_mesh());
  std::size_t changed = 0;
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
    const Edition before = mesh.edition(t, kNow), after = mesh.edition(t, kNow + 1'000);
    changed += before == after ? 0 : 1;
    EXPECT_FALSE(after.lacks_series_of(before)) << "nothing is forgotten";
  }
  EXPECT_EQ(changed, 1U);
}

}  // namespace
}  // namespace sluice::load
