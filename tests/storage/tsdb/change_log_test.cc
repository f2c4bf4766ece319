// Against the plainest log there can be: never a later time than the true one, and the true one while nothing was
// merged.
#include "storage/tsdb/change_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

namespace sluice::storage {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t oldest_since(const std::vector<std::int64_t>& changes, std::size_t position) {
  std::int64_t oldest = kNever;
  for (std::size_t i = position; i < changes.size(); ++i) oldest = std::min(oldest, changes[i]);
  return oldest;
}

TEST(ChangeLog, TellsNothingWhenNothingChanged) {
  ChangeLog log;
  EXPECT_EQ(log.changed_from_ms(log.position()), kNever);
  log.note(5);
  EXPECT_EQ(log.changed_from_ms(log.position()), kNever);
}

TEST(ChangeLog, KnowsTheOldestChangeSinceEveryPosition) {
  std::mt19937 random(7);
  ChangeLog log;
  std::vector<std::int64_t> changes;
  for (std::int64_t i = 0; i < 500; ++i) {
    changes.push_back(i * 100 - static_cast<std::int64_t>(random() % 1000));
    log.note(changes.back());
    ASSERT_EQ(log.position(), changes.size());
    for (std::size_t position = 0; position <= changes.size(); position += 7)
      ASSERT_EQ(log.changed_from_ms(position), oldest_since(changes, position)) << position << " of " << changes.size();
  }
}

TEST(ChangeLog, ForgettingDetailsOnlyEverMovesTheTimeBack) {
  ChangeLog log;
  std::vector<std::int64_t> changes;
  for (std::size_t i = 0; i < 3 * ChangeLog::kEntriesMax; ++i) {
    changes.push_back(static_cast<std::int64_t>(i) * 100);
    log.note(changes.back());
  }
  for (std::size_t position = 0; position <= changes.size(); position += 13)
    ASSERT_LE(log.changed_from_ms(position), oldest_since(changes, position));
  const std::size_t recent = changes.size() - ChangeLog::kEntriesMax / 2;
  EXPECT_EQ(log.changed_from_ms(recent), oldest_since(changes, recent));
}

}  // namespace
}  // namespace sluice::storage
