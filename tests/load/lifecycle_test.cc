#include "load/mesh/lifecycle.h"

#include <gtest/gtest.h>

namespace sluice::load {
namespace {

constexpr std::int64_t kNow = 1'795'000'000'000;

TEST(Lifecycle, WithoutChurnNothingEverChanges) {
  const Lifecycle lifecycle({}, 10, 1, Rollouts({}, {}));
  EXPECT_EQ(lifecycle.life(3, kNow), lifecycle.life(3, kNow + 86'400'000));
  EXPECT_FALSE(lifecycle.ever_replaces());
}

TEST(Lifecycle, ReplacesAsManyPodsAMinuteAsAsked) {
  const Lifecycle lifecycle({.replaced_per_minute = 6, .restarted_per_minute = 0}, 10, 1, Rollouts({}, {}));
  std::uint64_t replaced = 0;
  for (std::size_t pod = 0; pod < 10; ++pod) {
    const Life before = lifecycle.life(pod, kNow), after = lifecycle.life(pod, kNow + 10 * 60'000);
    replaced += after.generation - before.generation;
    EXPECT_LE(after.born_ms, kNow + 10 * 60'000);
    EXPECT_GT(after.born_ms, before.born_ms);
  }
  EXPECT_EQ(replaced, 60U);
}

TEST(Lifecycle, EachReplacementIsABirth) {
  const Lifecycle lifecycle({.replaced_per_minute = 6, .restarted_per_minute = 0}, 10, 1, Rollouts({}, {}));
  Life before = lifecycle.life(4, kNow);
  int births = 0;
  for (std::int64_t at = kNow; at < kNow + 600'000; at += 100) {
    const Life life = lifecycle.life(4, at);
    if (life.generation != before.generation) {
      EXPECT_NEAR(static_cast<double>(life.born_ms), static_cast<double>(at), 100);
      ++births;
    }
    before = life;
  }
  EXPECT_EQ(births, 6);
}

TEST(Lifecycle, ARestartKeepsTheNames) {
  const Lifecycle lifecycle({.replaced_per_minute = 0, .restarted_per_minute = 10}, 10, 1, Rollouts({}, {}));
  const Life before = lifecycle.life(0, kNow), after = lifecycle.life(0, kNow + 120'000);
  EXPECT_EQ(before.generation, after.generation);
  EXPECT_GT(after.born_ms, before.born_ms);
}

TEST(Lifecycle, LeavesTheControlPlaneAlone) {
  const Lifecycle lifecycle({.replaced_per_minute = 600, .restarted_per_minute = 600}, 10, 1, Rollouts({}, {}));
  EXPECT_EQ(lifecycle.life(10, kNow), lifecycle.life(10, kNow + 600'000));
}

}  // namespace
}  // namespace sluice::load
