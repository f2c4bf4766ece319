// A test runner that cannot fail would be worth nothing: each kind of wrong expectation must be noticed.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "tests/promqltest/at_rewrite.h"
#include "tests/promqltest/runner.h"

namespace sluice::promqltest {
namespace {

const std::string kData = "load 1m\n  a{x=\"1\"} 0+1x10\n  a{x=\"2\"} 5x10\n\n";

std::string complaints(const std::string& evals) {
  const auto script = parse_script("t", kData + evals);
  if (!script) return script.error().detail();
  std::ostringstream out;
  ModelWorld world;
  Runner runner({}, world, out);
  const Tally tally = runner.run(*script);
  EXPECT_EQ(tally.failed == 0, out.str().empty());
  return out.str();
}

TEST(Runner, AcceptsWhatIsRight) {
  EXPECT_EQ(
      complaints("eval instant at 5m a\n  a{x=\"1\"} 5\n  a{x=\"2\"} 5\n\n"
                 "eval range from 0 to 2m step 1m sum(a)\n  {} 5 6 7\n\n"
                 "eval instant at 5m scalar(a{x=\"2\"})\n  5\n"
                 "eval instant at 5m \"s\"\n  expect string \"s\"\n\n"
                 "eval instant at 5m nothing\n\n"
                 "eval instant at 2m a{x=\"1\"}[1m]\n  expect range vector from 2m to 2m step 1m\n  a{x=\"1\"} 2\n\n"
                 "eval instant at 5m a + on () a\n  expect fail\n"),
      "");
}

struct Wrong {
  const char* eval;
  const char* complaint;
};
class RunnerNotices : public testing::TestWithParam<Wrong> {};
TEST_P(RunnerNotices, WrongExpectations) {
  const std::string said = complaints(GetParam().eval);
  EXPECT_NE(said.find(GetParam().complaint), std::string::npos) << "said: " << said;
}
INSTANTIATE_TEST_SUITE_P(
    Kinds, RunnerNotices,
    testing::Values(Wrong{"eval instant at 5m a{x=\"1\"}\n  a{x=\"1\"} 6\n",
                          "t:5: a{x=\"1\"}: {__name__=\"a\", x=\"1\"}: expected 6, got 5"},
                    Wrong{"eval instant at 5m a\n  a{x=\"1\"} 5\n", "unexpected {__name__=\"a\", x=\"2\"}"},
                    Wrong{"eval instant at 5m a{x=\"1\"}\n  a{x=\"1\"} 5\n  b 1\n", "is not in the result"},
                    Wrong{"eval instant at 5m a{x=\"1\"}\n  a{x=\"1\"} {{count:5}}\n", "expected {{"},
                    Wrong{"eval instant at 5m sort_desc(a)\n  expect ordered\n  a{x=\"2\"} 5\n  a{x=\"1\"} 5\n",
                          "at position"},
                    Wrong{"eval range from 0 to 2m step 1m a{x=\"1\"}\n  a{x=\"1\"} 0 1\n", "expected"},
                    Wrong{"eval range from 0 to 1m step 1m a{x=\"1\"}\n  a{x=\"1\"} 0 _\n", "expected"},
                    Wrong{"eval instant at 5m 1\n  2\n", "expected 2, got 1"},
                    Wrong{"eval instant at 5m a\n  2\n", "expected a scalar, got a vector"},
                    Wrong{"eval instant at 5m 1\n  {} 1\n", "expected a vector, got the scalar 1"},
                    Wrong{"eval instant at 5m \"s\"\n  expect string \"t\"\n", "expected 't', got 's'"},
                    Wrong{"eval instant at 5m a\n  expect fail\n", "expected an error, got a result"},
                    Wrong{"eval instant at 5m a + on () a\n  expect fail msg: no\n", "expected the error 'no'"},
                    Wrong{"eval instant at 5m a + on () a\n", "many-to-many"},
                    Wrong{"eval instant at 5m quantile(2, a)\n  expect no_warn\n  {} Inf\n", "expected no warning"},
                    Wrong{"eval instant at 5m sum(a)\n  expect warn\n  {} 10\n", "expected warning"},
                    Wrong{"eval instant at 5m quantile(2, a)\n  expect warn msg: other\n  {} Inf\n", "is missing"},
                    Wrong{"eval instant at 5m a +\n", "parse error"},
                    Wrong{"load 1m\n  a{x=\"1\"} 1\n", "out of order"}));

TEST(Pinning, SetsAtOnEverySelectorOutsideSubqueries) {
  const auto pinned = [](const char* query) {
    return pinned_text(**promql::parse(query), 1500).value_or("not pinned");
  };
  EXPECT_EQ(pinned("a + rate(b[5m] offset 1m)"), "a @ 1.500 + rate(b[5m] @ 1.500 offset 1m)");
  EXPECT_EQ(pinned("sum_over_time(rate(a[1m])[5m:])"), "sum_over_time(rate(a[1m])[5m:] @ 1.500)");
  EXPECT_EQ(pinned("a @ 3 + b @ start()"), "a @ 3.000 + b @ 1.500");
  EXPECT_EQ(pinned("a + time()"), "not pinned");
}

TEST(AlmostEqual, IsRelativeAndKnowsNaN) {
  EXPECT_TRUE(almost_equal(1, 1 + 1e-7));
  EXPECT_FALSE(almost_equal(1, 1 + 1e-5));
  EXPECT_TRUE(almost_equal(1e300, 1e300 * (1 + 1e-7)));
  EXPECT_FALSE(almost_equal(0, 1e-12));
  EXPECT_TRUE(almost_equal(NAN, NAN));
  EXPECT_FALSE(almost_equal(NAN, 1));
  EXPECT_TRUE(almost_equal(HUGE_VAL, HUGE_VAL));
}

}  // namespace
}  // namespace sluice::promqltest
