#include "storage/head/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace sluice::storage {
namespace {

class TimelineOfBothKinds : public testing::TestWithParam<Timeline::Kind> {};

TEST_P(TimelineOfBothKinds, AgreesWithAVectorWhileItsOldEndIsDropped) {
  std::mt19937_64 random(1);
  Timeline timeline(GetParam(), 0);
  std::vector<std::int64_t> all;
  std::int64_t t = 1'000'000;
  std::uint32_t dropped = 0;
  for (int i = 0; i < 2000; ++i) {
    timeline.append(t += 1 + static_cast<std::int64_t>(random() % 20'000));
    all.push_back(t);
    if (i % 100 == 99) {
      dropped = std::max(dropped, static_cast<std::uint32_t>(random() % all.size()));
      timeline.drop_before(dropped);
      EXPECT_LE(timeline.first(), dropped);
    }
    ASSERT_EQ(timeline.end(), all.size());
    const auto position = dropped + static_cast<std::uint32_t>(random() % (all.size() - dropped));
    ASSERT_EQ(timeline.at(position), all[position]);
    ASSERT_EQ(timeline.find(all[position]), position);
    const std::int64_t between = all[position] + static_cast<std::int64_t>(random() % 3) - 1;
    const auto expected = static_cast<std::uint32_t>(std::lower_bound(all.begin(), all.end(), between) - all.begin());
    ASSERT_EQ(timeline.lower_bound(between), std::max(expected, timeline.first()));
    std::vector<std::int64_t> copy(timeline.end() - position);
    timeline.copy(position, timeline.end(), copy.data());
    ASSERT_TRUE(std::equal(copy.begin(), copy.end(), all.begin() + position));
  }
}
INSTANTIATE_TEST_SUITE_P(Kinds, TimelineOfBothKinds, testing::Values(Timeline::Kind::shared, Timeline::Kind::own));

}  // namespace
}  // namespace sluice::storage
