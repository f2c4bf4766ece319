// What a step looks at decides whether, and for how long, its value may be kept.
#include "promql/plan/reach.h"

#include <gtest/gtest.h>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

constexpr std::int64_t kLookbackMs = 300'000;

std::optional<Reach> reach(const std::string& text) {
  ParserOptions options;
  options.experimental_functions = true;
  const auto expr = parse(text, options);
  EXPECT_TRUE(expr) << text << ": " << expr.error().detail();
  return expr ? reach_of(**expr, kLookbackMs) : std::nullopt;
}

struct Case {
  std::string text;
  std::int64_t behind_ms, ahead_ms;
};
class ReachOf : public testing::TestWithParam<Case> {};
TEST_P(ReachOf, TheQuery) {
  const auto found = reach(GetParam().text);
  ASSERT_TRUE(found) << GetParam().text;
  EXPECT_EQ(found->behind_ms, GetParam().behind_ms) << GetParam().text;
  EXPECT_EQ(found->ahead_ms, GetParam().ahead_ms) << GetParam().text;
}
INSTANTIATE_TEST_SUITE_P(Queries, ReachOf,
                         testing::Values(Case{"x", kLookbackMs, 0}, Case{"rate(x[1m])", 60'000, 0},
                                         Case{"sum by (a) (rate(x[1m])) / count(y offset 1h)", kLookbackMs + 3'600'000,
                                              0},
                                         Case{"x offset -2m", kLookbackMs - 120'000, 120'000},
                                         Case{"rate(x[1m] offset 5m)", 360'000, -300'000},
                                         Case{"max_over_time(rate(x[1m] offset 10s)[1h:30s] offset 20s)",
                                              3'600'000 + 60'000 + 30'000, -30'000},
                                         Case{"label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")", kLookbackMs, 0}));

class NotDivisible : public testing::TestWithParam<const char*> {};
TEST_P(NotDivisible, IntoSteps) { EXPECT_FALSE(reach(GetParam())) << GetParam(); }
INSTANTIATE_TEST_SUITE_P(Queries, NotDivisible,
                         testing::Values("x @ 100", "x @ end()", "rate(x[5m] @ start())", "max_over_time(x[5m:1m] @ 7)",
                                         "x + start()", "rate(x[step()])", "sum_over_time(x[1m + range()])",
                                         "x offset step()", "info(x)", "limitk(2, x)", "rate({__name__=~\"x|y\"}[1m])",
                                         "count({app=\"a\"})", "rate(x[1m] anchored)",
                                         "label_replace(x, \"__name__\", \"y\", \"\", \"\")",
                                         "label_join(x, \"__name__\", \"-\", \"a\")", "time()", "vector(1)", "1 + 1"));

}  // namespace
}  // namespace sluice::promql
