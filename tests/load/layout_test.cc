#include "load/plan/layout.h"

#include <gtest/gtest.h>

#include <set>

namespace sluice::load {
namespace {

TEST(Layout, EverySeriesIsInExactlyOneBatch) {
  const Mesh mesh{MeshSpec()};
  const Fleet fleet{.agents = 3, .shards = 4, .samples_per_request = 500, .flush_after_deadline = true};
  const Layout layout = make_layout(mesh, Timebase::grid(1'795'000'000'000, 15'000, 1), fleet);
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const Batch& batch : layout.batches) {
    std::uint32_t count = 0;
    for (const Segment& segment : batch.segments)
      for (std::uint32_t i = 0; i < segment.places.count; ++i, ++count)
        ASSERT_TRUE(seen.emplace(segment.target, segment.places.first + i * 4).second);
    EXPECT_EQ(count, batch.place_count);
    EXPECT_LE(count, 500U);
  }
  EXPECT_EQ(seen.size(), mesh.series_count(0));
}

TEST(Layout, AtRealTimeABatchWaitsAtMostFiveSeconds) {
  const Mesh mesh{MeshSpec()};
  const Timebase timebase = Timebase::grid(1'795'000'000'000, 15'000, 1);
  const Fleet fleet{.agents = 1, .shards = 8, .samples_per_request = 20'000, .flush_after_deadline = true};
  for (const Batch& batch : make_layout(mesh, timebase, fleet).batches) {
    const auto offset = [&](const Segment& s) { return timebase.offset_ms(mesh.targets()[s.target].page); };
    EXPECT_LE(offset(batch.segments.back()) - offset(batch.segments.front()), 5'000);
  }
}

TEST(Timebase, ScrapesOfATargetLieOneIntervalApartGiveOrTakeJitter) {
  const Timebase timebase = Timebase::grid(1'795'000'000'000, 15'000, 1);
  for (std::uint64_t round = 1; round < 100; ++round) {
    const std::int64_t gap = timebase.scrape_ms(5, round) - timebase.scrape_ms(5, round - 1);
    EXPECT_NEAR(static_cast<double>(gap), 15'000, 4);
    EXPECT_LE(timebase.scrape_ms(5, round), timebase.last_scrape_ms(round));
  }
}

TEST(Timebase, StampsAlwaysAdvance) {
  Timebase timebase = Timebase::stamps(1);
  EXPECT_EQ(timebase.begin_round(1000), 1000);
  EXPECT_EQ(timebase.begin_round(1000), 1001);
  EXPECT_EQ(timebase.begin_round(500), 1002);
  EXPECT_FALSE(timebase.has_begun(3));
}

}  // namespace
}  // namespace sluice::load
