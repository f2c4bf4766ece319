#include "storage/tsdb/merge.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

namespace sluice::storage {
namespace {

struct Column {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  SeriesSamples samples() const {
    SeriesSamples out;
    out.timestamps_ms = times;
    out.values = values.data();
    return out;
  }
};

std::map<std::int64_t, double> as_map(const SeriesSamples& samples) {
  std::map<std::int64_t, double> out;
  for (std::size_t i = 0; i < samples.timestamps_ms.size(); ++i) {
    EXPECT_TRUE(out.emplace(samples.timestamps_ms[i], samples.values[i]).second);
  }
  return out;
}

TEST(Merge, TheEarlierPieceWinsEqualTimestamps) {
  ReadArena arena;
  Merger merger(arena);
  const Column first{{1, 3, 5}, {10, 30, 50}}, second{{3, 4, 5, 6}, {-3, -4, -5, -6}};
  const auto merged = merger.merge(std::vector{first.samples(), second.samples()});
  EXPECT_EQ(as_map(merged), (std::map<std::int64_t, double>{{1, 10}, {3, 30}, {4, -4}, {5, 50}, {6, -6}}));
  EXPECT_TRUE(std::is_sorted(merged.timestamps_ms.begin(), merged.timestamps_ms.end()));
}

TEST(Merge, SeriesOfTheSameTimelinesShareTheMergedOne) {
  ReadArena arena;
  Merger merger(arena);
  const Column block{{1, 2}, {1, 2}}, head{{2, 3}, {2, 3}};
  const std::vector<double> other_block{5, 6}, other_head{6, 7};
  const auto one = merger.merge(std::vector{block.samples(), head.samples()});
  auto block2 = block.samples(), head2 = head.samples();
  block2.values = other_block.data();
  head2.values = other_head.data();
  const auto two = merger.merge(std::vector{block2, head2});
  EXPECT_EQ(one.timestamps_ms.data(), two.timestamps_ms.data());
  EXPECT_EQ(one.timestamps_ms.size(), two.timestamps_ms.size());
  EXPECT_EQ(as_map(two), (std::map<std::int64_t, double>{{1, 5}, {2, 6}, {3, 7}}));
}

TEST(Merge, ConstantOnlyWhenAllPiecesAreTheSameConstant) {
  ReadArena arena;
  Merger merger(arena);
  const Column a{{1}, {7}}, b{{2}, {7}}, c{{3}, {8}};
  auto pa = a.samples(), pb = b.samples(), pc = c.samples();
  pa.constant = pb.constant = pc.constant = true;
  EXPECT_TRUE(merger.merge(std::vector{pa, pb}).constant);
  EXPECT_FALSE(merger.merge(std::vector{pa, pc}).constant);
  pb.constant = false;
  EXPECT_FALSE(merger.merge(std::vector{pa, pb}).constant);
}

TEST(Merge, AgreesWithAMapOnRandomPieces) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<Column> columns(random() % 6 + 2);
    std::map<std::int64_t, double> expected;
    for (Column& column : columns) {
      std::int64_t t = static_cast<std::int64_t>(random() % 20);
      for (std::uint32_t i = 0; i < random() % 12; ++i, t += 1 + static_cast<std::int64_t>(random() % 3)) {
        column.times.push_back(t);
        column.values.push_back(static_cast<double>(random()));
        expected.emplace(t, column.values.back());
      }
    }
    std::vector<SeriesSamples> pieces;
    for (const Column& column : columns) pieces.push_back(column.samples());
    ReadArena arena;
    Merger merger(arena);
    ASSERT_EQ(as_map(merger.merge(pieces)), expected) << "round " << round;
  }
}

TEST(Merge, HistogramsAtAFloatsTimestampGiveWay) {
  ReadArena arena;
  Merger merger(arena);
  const Column floats{{2}, {1}};
  const Histogram histogram;
  const std::vector<HistogramPoint> early{{1, &histogram}, {2, &histogram}}, late{{1, &histogram}, {3, &histogram}};
  auto first = floats.samples();
  SeriesSamples second, third;
  second.histograms = early;
  third.histograms = late;
  const auto merged = merger.merge(std::vector{first, second, third});
  ASSERT_EQ(merged.histograms.size(), 2u);
  EXPECT_EQ(merged.histograms[0].timestamp_ms, 1);
  EXPECT_EQ(merged.histograms[1].timestamp_ms, 3);
}

// Histograms at these times, each of which continues the one before: "1 2 3".
class ChainedPieces {
 public:
  ChainedPieces& add(std::vector<std::int64_t> histograms, std::vector<std::int64_t> floats = {}) {
    auto& points = points_.emplace_back();
    for (const std::int64_t t : histograms) points.push_back({t, &chained_});
    auto& column = columns_.emplace_back(Column{std::move(floats), {}});
    column.values.resize(column.times.size());
    pieces_.push_back(column.samples());
    pieces_.back().histograms = points;
    return *this;
  }
  // The merged times; "?" stands behind those of which nothing is known any more.
  std::string merged() {
    ReadArena arena;
    Merger merger(arena);
    std::string text;
    for (const HistogramPoint& point : merger.merge(pieces_).histograms) {
      text += (text.empty() ? "" : " ") + std::to_string(point.timestamp_ms);
      if (point.histogram->hint == CounterResetHint::unknown) text += "?";
    }
    return text;
  }

 private:
  const Histogram chained_ = [] {
    Histogram histogram;
    histogram.hint = CounterResetHint::not_reset;
    return histogram;
  }();
  std::deque<std::vector<HistogramPoint>> points_;
  std::deque<Column> columns_;
  std::vector<SeriesSamples> pieces_;
};

TEST(MergeHints, AHistogramBehindAnotherPieceIsUnknown) {
  EXPECT_EQ(ChainedPieces().add({1, 2}).add({3, 4}).merged(), "1 2 3? 4");
  EXPECT_EQ(ChainedPieces().add({1, 4}).add({2, 3}).merged(), "1 2? 3 4?");
}

TEST(MergeHints, RepeatsDoNotBreakTheChain) {
  EXPECT_EQ(ChainedPieces().add({1, 2, 3}).add({1, 2, 3, 4}).merged(), "1 2 3 4");
  EXPECT_EQ(ChainedPieces().add({1, 2}).add({2, 3}).add({3, 4}).merged(), "1 2 3 4");
}

TEST(MergeHints, AFloatBetweenMakesItUnknown) {
  EXPECT_EQ(ChainedPieces().add({1, 3, 4}).add({}, {2}).merged(), "1 3? 4");
  EXPECT_EQ(ChainedPieces().add({2, 3}).add({}, {1}).merged(), "2? 3");
  EXPECT_EQ(ChainedPieces().add({1, 2, 3}).add({}, {2}).merged(), "1 3?") << "one that takes its place, too";
}

TEST(MergeHints, ThatTheReadBeginsInAChainDoesNotMatter) {
  EXPECT_EQ(ChainedPieces().add({1, 2}).add({}).merged(), "1 2");
}

}  // namespace
}  // namespace sluice::storage
