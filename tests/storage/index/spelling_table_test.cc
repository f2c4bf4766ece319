#include "storage/index/spelling_table.h"

#include <gtest/gtest.h>

namespace sluice::storage {
namespace {

wire::Spelling spelling(std::uint64_t i) { return {i * 0x9E3779B97F4A7C15ULL, ~i}; }

TEST(SpellingTable, FindsWhatWasInsertedInAnyOrder) {
  SpellingTable table;
  SpellingTable::Cursor cursor;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    EXPECT_EQ(table.find(spelling(i), cursor), std::nullopt);
    table.insert(spelling(i), SeriesRef(i), cursor);
  }
  for (int round = 0; round < 3; ++round) {
    SpellingTable::Cursor forward, backward;
    for (std::uint32_t i = 0; i < 5000; ++i) {
      EXPECT_EQ(table.find(spelling(i), forward), SeriesRef(i));
      EXPECT_EQ(table.find(spelling(4999 - i), backward), SeriesRef(4999 - i));
    }
  }
}

TEST(SpellingTable, SpellingsThatShareAHashHalfAreDistinct) {
  SpellingTable table;
  SpellingTable::Cursor cursor;
  table.insert({7, 1}, SeriesRef(1), cursor);
  table.insert({7, 2}, SeriesRef(2), cursor);
  EXPECT_EQ(table.find({7, 1}, cursor), SeriesRef(1));
  EXPECT_EQ(table.find({7, 2}, cursor), SeriesRef(2));
  EXPECT_EQ(table.find({7, 3}, cursor), std::nullopt);
}

TEST(SpellingTable, ForgetsEverythingWhenSpellingsOutnumberSeries) {
  SpellingTable table;
  SpellingTable::Cursor cursor;
  const std::uint64_t allowed = SpellingTable::kSpellingsMin + SpellingTable::kSpellingsPerSeries * 10;
  for (std::uint64_t i = 0; i < allowed; ++i) table.insert(spelling(i), SeriesRef(0), cursor);
  EXPECT_FALSE(table.forget_if_over(10));
  table.insert(spelling(allowed), SeriesRef(0), cursor);
  EXPECT_TRUE(table.forget_if_over(10));
  SpellingTable::Cursor fresh;
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.find(spelling(0), fresh), std::nullopt);
}

}  // namespace
}  // namespace sluice::storage
