// A float and a histogram that fall on the same labels at the same step, because a name went or a label was rewritten.
#include <gtest/gtest.h>

#include "tests/promql/engine/world.h"

namespace sluice::promql::test {
namespace {

constexpr std::int64_t kMinute = 60'000;

Histogram of_count(double count) {
  Histogram histogram;
  histogram.count = histogram.sum = count;
  return histogram;
}

// a: floats at 1m and 2m; b: histograms at 0m, 1m, 2m and 3m.
World mixed() {
  World world;
  world.options.lookback_ms = kMinute;
  world.load("a", {NAN, 1, 2});
  const Labels b = parse_metric("b").value();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(world.source().append(b, i * kMinute, of_count(i + 10)));
  return world;
}
const char kNegated[] = R"(-{__name__=~"a|b"})";

std::string over_minutes(const World& world, const std::string& query) {
  return World::text(world.range(query, 0, 3 * kMinute, kMinute));
}

TEST(SeriesMerge, UnaryMinusKeepsAFloatAndAHistogramOfOneStep) {
  EXPECT_EQ(over_minutes(mixed(), kNegated),
            "{} -1@60 -2@120 {count:-10, sum:-10}@0 {count:-11, sum:-11}@60 {count:-12, sum:-12}@120 "
            "{count:-13, sum:-13}@180\n");
}

TEST(SeriesMerge, LabelReplaceKeepsAFloatAndAHistogramOfOneStep) {
  const std::string renamed = R"(label_replace({__name__=~"a|b"}, "__name__", "c", "", ""))";
  EXPECT_EQ(World::text(mixed().range(renamed, kMinute, kMinute, kMinute)),
            "{__name__=\"c\"} 1@60 {count:11, sum:11}@60\n");
}

TEST(SeriesMerge, NamesThatGoAtTheEndKeepAFloatAndAHistogramOfOneStep) {
  World world = mixed();
  world.options.delayed_name_removal = true;
  const std::string first = R"(present_over_time(a[1m]) or last_over_time(b[1m]) * 2)";
  EXPECT_EQ(World::text(world.range(first, kMinute, kMinute, kMinute)), "{} 1@60\n");
  EXPECT_EQ(World::text(world.range(kNegated, kMinute, kMinute, kMinute)), "{} -1@60 {count:-11, sum:-11}@60\n");
}

TEST(SeriesMerge, SamplesOfASubqueryAreMergedWhenNamesGoAtTheEnd) {
  World world = mixed();
  world.options.delayed_name_removal = true;
  world.load("c", {5});
  EXPECT_EQ(world.ask(R"((-{__name__=~"a|c"})[3m:1m])", 2 * kMinute), "{} -5@0 -1@60 -2@120\n");
  EXPECT_EQ(world.ask(R"((-{__name__=~"b|c"})[1m:1m])", kMinute), "{} {count:-11, sum:-11}@60\n");
  world.load("d", {NAN, 6});
  EXPECT_EQ(world.ask(R"((-{__name__=~"a|d"})[3m:1m])", 2 * kMinute),
            "error: vector cannot contain metrics with the same labelset");
}

TEST(SeriesMerge, AnInstantQueryAnswersWithTheHistogram) {
  EXPECT_EQ(mixed().ask(kNegated, kMinute), "{} {count:-11, sum:-11}@60\n");
  EXPECT_EQ(mixed().ask(std::string("abs(") + kNegated + ")", kMinute), "{} 1@60\n") << "operators see the float";
}

TEST(SeriesMerge, AnOperatorAboveLosesTheHistogramsFromTheFirstMeetingOn) {
  EXPECT_EQ(over_minutes(mixed(), std::string("count(") + kNegated + ")"), "{} 1@0 1@60 1@120\n");
}

TEST(SeriesMerge, ASubqueryPassesBothOn) {
  EXPECT_EQ(mixed().ask(std::string("count_over_time((") + kNegated + ")[4m:1m])", 3 * kMinute), "{} 6@180\n");
  EXPECT_EQ(mixed().ask(std::string("(") + kNegated + ")[2m:1m]", 2 * kMinute),
            "{} -1@60 -2@120 {count:-11, sum:-11}@60 {count:-12, sum:-12}@120\n");
}

TEST(SeriesMerge, MinusTwiceMeetsTwice) {
  EXPECT_EQ(World::text(mixed().range(std::string("-(") + kNegated + ")", kMinute, kMinute, kMinute)),
            "{} 1@60 {count:11, sum:11}@60\n");
}

TEST(SeriesMerge, TwoFloatsOfOneStepAreRefused) {
  World world = mixed();
  world.load("c", {NAN, 5});
  EXPECT_EQ(over_minutes(world, R"(-{__name__=~"a|c"})"),
            "error: vector cannot contain metrics with the same labelset");
  EXPECT_EQ(over_minutes(world, R"(-{__name__=~"a|b|c"})"),
            "error: vector cannot contain metrics with the same labelset");
}

TEST(SeriesMerge, APinnedMinusCannotGiveBoth) {
  EXPECT_EQ(over_minutes(mixed(), std::string(kNegated) + " @ 60"), "error: unexpected number of samples");
}

}  // namespace
}  // namespace sluice::promql::test
