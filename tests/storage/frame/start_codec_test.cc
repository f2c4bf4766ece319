#include "storage/frame/start_codec.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::storage {
namespace {

// Against a model: a map from timestamp to start.
TEST(StartCodec, NotesAgreeWithAMapWhateverTheOrder) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    std::map<std::int64_t, std::int64_t> model;
    std::vector<StartChange> changes;
    for (int i = 0; i < 60; ++i) {
      const bool late = random() % 4 == 0 && !model.empty();
      const std::int64_t newest = model.empty() ? 1000 : model.rbegin()->first;
      const std::int64_t t = late ? newest - static_cast<std::int64_t>(random() % 200)
                                  : newest + 1 + static_cast<std::int64_t>(random() % 20);
      if (model.contains(t)) continue;
      const std::int64_t start = static_cast<std::int64_t>(random() % 3) * 100;
      note_start(changes, t, start, model.empty() || t > newest);
      model[t] = start;
    }
    std::vector<std::int64_t> times;
    std::vector<std::pair<std::int64_t, std::int64_t>> expected;
    for (const auto& [t, start] : model) {
      EXPECT_EQ(start_at(changes, t), start);
      times.push_back(t);
      if (start != 0) expected.emplace_back(t, start);
    }
    std::vector<StartTimestamp> expanded;
    expand_starts(changes, times, expanded);
    ASSERT_EQ(expanded.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(expanded[i].timestamp_ms, expected[i].first);
      EXPECT_EQ(expanded[i].start_ms, expected[i].second);
    }
  }
}

TEST(StartCodec, ASteadyCounterHasOneChange) {
  std::vector<StartChange> changes;
  for (std::int64_t t = 1; t < 1000; ++t) note_start(changes, t, 500, true);
  EXPECT_EQ(changes, (std::vector<StartChange>{{1, 500}}));
}

TEST(StartCodec, RoundTripsAndRefusesTruncation) {
  const std::vector<StartChange> changes = {
      {1'700'000'000'000, 1'699'999'000'000}, {1'700'000'100'000, 0}, {1'700'000'200'000, 5}};
  std::string bytes;
  encode_starts(changes, bytes);
  std::string_view rest = bytes;
  std::vector<StartChange> back;
  ASSERT_TRUE(decode_starts(rest, back));
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(back, changes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view cut(bytes.data(), size);
    EXPECT_FALSE(decode_starts(cut, back));
  }
}

}  // namespace
}  // namespace sluice::storage
