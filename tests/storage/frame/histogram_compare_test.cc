#include "storage/frame/histogram_compare.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "proto/model/sample.h"
#include "tests/support/counter_reset_hints.h"

namespace sluice::storage {
namespace {

Histogram some_histogram() {
  Histogram h;
  h.integer = true;
  h.schema = 2;
  h.zero_threshold = 0.001;
  h.zero_count = 4;
  h.count = 20;
  h.sum = 7;
  h.positive_spans = {{0, 2}, {3, 1}};
  h.positive_buckets = {3, 5, 6};
  h.negative_spans = {{1, 1}};
  h.negative_buckets = {2};
  return h;
}

struct Change {
  const char* name;
  std::function<void(Histogram&)> apply;
  CounterResetHint expected;
};

class HintAfter : public testing::TestWithParam<Change> {};
TEST_P(HintAfter, IsWhatTheCountsSay) {
  const Histogram before = some_histogram();
  Histogram now = before;
  GetParam().apply(now);
  EXPECT_EQ(hint_after(&before, now), GetParam().expected);
  EXPECT_NE(hint_after(nullptr, now), CounterResetHint::not_reset) << "of a first histogram nobody knows";
}

constexpr auto kContinues = CounterResetHint::not_reset, kUnknown = CounterResetHint::unknown;
const Change kChanges[] = {
    {"Same", [](Histogram&) {}, kContinues},
    {"Grown", [](Histogram& h) { h.count += 2, h.positive_buckets[2] += 2; }, kContinues},
    {"SumFell", [](Histogram& h) { h.sum = -1; }, kContinues},
    {"CountFell", [](Histogram& h) { h.count = 19; }, kUnknown},
    {"ZeroCountFell", [](Histogram& h) { h.zero_count = 3; }, kUnknown},
    {"PositiveBucketFell", [](Histogram& h) { h.positive_buckets[1] = 4; }, kUnknown},
    {"NegativeBucketFell", [](Histogram& h) { h.negative_buckets[0] = 1; }, kUnknown},
    {"NegativeBucketGone", [](Histogram& h) { h.negative_spans.clear(), h.negative_buckets.clear(); }, kUnknown},
    {"NewBucketBetween",
     [](Histogram& h) {
       h.positive_spans = {{0, 2}, {1, 1}, {1, 1}}, h.positive_buckets = {3, 5, 1, 6};
     },
     kContinues},
    {"MovedByOne", [](Histogram& h) { h.positive_spans[0].offset = 1; }, kUnknown},
    {"SpansCutOtherwise",
     [](Histogram& h) {
       h.positive_spans = {{-7, 0}, {7, 1}, {0, 1}, {3, 1}};
     },
     kContinues},
    {"OtherSchema", [](Histogram& h) { h.schema = 3; }, kUnknown},
    {"OtherThreshold", [](Histogram& h) { h.zero_threshold = 0.01; }, kUnknown},
    {"OtherBounds", [](Histogram& h) { h.custom_values = {1}; }, kUnknown},
    {"OtherKind", [](Histogram& h) { h.integer = false; }, kUnknown},
    {"Stale", [](Histogram& h) { h.sum = stale_nan(); }, kUnknown},
    {"SentAsReset", [](Histogram& h) { h.hint = CounterResetHint::reset; }, kUnknown},
    {"SentAsNotReset", [](Histogram& h) { h.hint = CounterResetHint::not_reset; }, kContinues},
    {"SentAsNotResetButFell", [](Histogram& h) { h.hint = CounterResetHint::not_reset, h.count = 1; }, kUnknown},
    {"SentAsGauge", [](Histogram& h) { h.hint = CounterResetHint::gauge; }, CounterResetHint::gauge},
};
INSTANTIATE_TEST_SUITE_P(Changes, HintAfter, testing::ValuesIn(kChanges),
                         [](const auto& info) { return info.param.name; });

TEST(HintAfterAGauge, IsUnknown) {
  Histogram before = some_histogram();
  before.hint = CounterResetHint::gauge;
  EXPECT_EQ(hint_after(&before, some_histogram()), CounterResetHint::unknown);
}

// Buckets come and go, spans are cut anyhow, counts rarely fall.
Histogram random_histogram(std::mt19937& random, double level) {
  Histogram h;
  std::int32_t gap = static_cast<std::int32_t>(random() % 3) - 1;
  for (unsigned left = random() % 4; left > 0; --left) {
    h.positive_spans.push_back({gap, static_cast<std::uint32_t>(random() % 3)});
    gap = static_cast<std::int32_t>(random() % 2);
    for (std::uint32_t i = 0; i < h.positive_spans.back().length; ++i)
      h.positive_buckets.push_back(random() % 8 == 0 ? 0 : level + static_cast<double>(random() % 2));
  }
  h.count = 10 * level;
  return h;
}

TEST(HintAfterRandomBuckets, AgreesWithTheModel) {
  std::mt19937 random(5);
  int continued = 0;
  for (int round = 0; round < 20'000; ++round) {
    const Histogram before = random_histogram(random, 1), now = random_histogram(random, random() % 4 == 0 ? 1 : 2);
    test::CounterResetHints model;
    model.next(before);
    const CounterResetHint expected = model.next(now);
    ASSERT_EQ(hint_after(&before, now), expected) << "round " << round;
    continued += expected == CounterResetHint::not_reset ? 1 : 0;
  }
  EXPECT_GT(continued, 1000) << "else this shows little";
}

TEST(SameSample, HintsAndTheCutOfSpansDoNotMatter) {
  const Histogram h = some_histogram();
  Histogram other = h;
  other.hint = CounterResetHint::not_reset;
  other.positive_spans = {{0, 1}, {0, 1}, {1, 0}, {2, 1}};
  EXPECT_TRUE(same_sample(h, other));
  EXPECT_FALSE(same_layout(h, other));
}

TEST(SameSample, EverythingElseDoes) {
  const std::function<void(Histogram&)> changes[] = {
      [](Histogram& h) { h.integer = false; },
      [](Histogram& h) { h.schema = 3; },
      [](Histogram& h) { h.zero_threshold = 0.1; },
      [](Histogram& h) { h.zero_count = -0.0; },
      [](Histogram& h) { h.count = 21; },
      [](Histogram& h) { h.sum = normal_nan(); },
      [](Histogram& h) { h.positive_spans[1].offset = 4; },
      [](Histogram& h) { h.positive_buckets[2] = 7; },
      [](Histogram& h) { h.negative_spans[0].offset = 0; },
      [](Histogram& h) { h.negative_buckets[0] = 1; },
      [](Histogram& h) { h.custom_values = {1}; },
  };
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    Histogram other = some_histogram();
    other.zero_count = 0;
    const Histogram h = other;
    changes[i](other);
    EXPECT_FALSE(same_sample(h, other)) << "change " << i;
  }
}

}  // namespace
}  // namespace sluice::storage
