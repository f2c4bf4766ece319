#include "load/mesh/signal.h"

#include <gtest/gtest.h>

namespace sluice::load {
namespace {

TEST(Events, NeverFallAtAnyRateAndAnyStep) {
  for (const double rate : {0.0003, 0.7, 20.0, 9000.0})
    for (const std::int64_t step : {1, 40, 977, 15'000}) {
      Events before;
      for (std::int64_t i = 0; i < 2000; ++i) {
        const Events now = events_at(42, rate, moment_at(1'700'000'000'000, 1'700'000'000'000 + i * step));
        ASSERT_GE(now.ordinary, before.ordinary) << rate << " " << step << " " << i;
        ASSERT_GE(now.slow, before.slow);
        before = now;
      }
    }
}

TEST(Events, FollowTheRate) {
  const Events hour = events_at(7, 10, moment_at(0, 3'600'000));
  EXPECT_NEAR(hour.all(), 37'000, 1'500);
}

TEST(Events, BeginAtZero) { EXPECT_LT(events_at(7, 1, moment_at(1000, 1000)).all(), 6); }

}  // namespace
}  // namespace sluice::load
