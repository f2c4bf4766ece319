#include <gtest/gtest.h>

#include "tests/promqltest/script.h"

namespace sluice::promqltest {
namespace {

Script parsed(std::string_view text) {
  auto script = parse_script("a.test", text);
  if (script) return std::move(*script);
  ADD_FAILURE() << script.error().detail();
  return {};
}

template <class What>
What only(std::string_view text) {
  Script script = parsed(text);
  if (script.commands.size() == 1 && std::holds_alternative<What>(script.commands[0].what))
    return std::get<What>(std::move(script.commands[0].what));
  ADD_FAILURE() << "not one command of the expected kind: " << text;
  return {};
}

TEST(Script, IsASequenceOfCommandsWithLines) {
  const Script script =
      parsed("# comment\nclear\n\nload 5m\n  a 1 2\n  # ends the block\nCLEAR\neval instant at 5m a\n  a 2\n");
  ASSERT_EQ(script.commands.size(), 4u);
  EXPECT_EQ(script.commands[1].line, 4);
  EXPECT_EQ(std::get<Load>(script.commands[1].what).series.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Clear>(script.commands[2].what));
  EXPECT_EQ(std::get<Eval>(script.commands[3].what).series.size(), 1u);
}

TEST(Script, LoadsClassicHistogramsTwiceWhenAsked) {
  EXPECT_TRUE(only<Load>("load_with_nhcb 1m\n a 1\n").with_nhcb);
  EXPECT_EQ(only<Load>("load 1m30s\n a 1\n").step_ms, 90000);
}

TEST(Script, LetsALaterLineOfALoadReplaceAnEarlierOne) {
  const Load load = only<Load>("load 1m\n a 1\n b 2\n a 3\n");
  ASSERT_EQ(load.series.size(), 2u);
  EXPECT_EQ(load.series[0].line.values[0].value, 3);
}

TEST(Script, ReadsStartTimesBeforeTheirSeries) {
  const Load load = only<Load>("load 1m\n a{b=\"c\"}@st _ -30s-1mx1 0\n a{b=\"c\"} 1 2 3 4\n");
  const auto& offsets = load.series[0].start_offsets_ms;
  ASSERT_EQ(offsets.size(), 4u);
  EXPECT_FALSE(offsets[0].has_value());
  EXPECT_EQ(offsets[1], -30000);
  EXPECT_EQ(offsets[2], -90000);
  EXPECT_EQ(offsets[3], 0);
}

TEST(Script, ReadsInstantEvals) {
  const Eval eval =
      only<Eval>("eval instant at 50m sum by (x) (rate(a[5m]))\n expect ordered\n {x=\"1\"} 3\n {} -1e3\n");
  EXPECT_FALSE(eval.range);
  EXPECT_EQ(eval.time.start_ms, 3000000);
  EXPECT_EQ(eval.expression, "sum by (x) (rate(a[5m]))");
  EXPECT_TRUE(eval.ordered);
  ASSERT_EQ(eval.series.size(), 2u);
  EXPECT_EQ(eval.series[1].values[0].value, -1000);
}

TEST(Script, ReadsRangeEvals) {
  const Eval eval = only<Eval>("eval range from 1m to 5m step 30s a to b\n");
  EXPECT_TRUE(eval.range);
  EXPECT_EQ(eval.time.start_ms, 60000);
  EXPECT_EQ(eval.time.end_ms, 300000);
  EXPECT_EQ(eval.time.step_ms, 30000);
  EXPECT_EQ(eval.expression, "a to b");
}

TEST(Script, EndsAnEvalAtABareNumber) {
  const Script script = parsed("eval instant at 0 1\n  1\neval instant at 0 2\n  2\n");
  ASSERT_EQ(script.commands.size(), 2u);
  EXPECT_EQ(std::get<Eval>(script.commands[1].what).scalar, 2);
}

TEST(Script, ReadsExpectations) {
  const Eval eval = only<Eval>(
      "eval instant at 0 a\n expect fail msg: it broke\n expect warn regex: w.*n\n expect info\n expect string "
      "`x\"`\n");
  EXPECT_EQ(eval.failure->text, "it broke");
  EXPECT_EQ(eval.failure->kind, TextPattern::Kind::message);
  EXPECT_EQ(eval.warnings.at(0).kind, TextPattern::Kind::regex);
  EXPECT_EQ(eval.infos.at(0).kind, TextPattern::Kind::anything);
  EXPECT_EQ(eval.string, "x\"");
  EXPECT_EQ(only<Eval>("eval instant at 0 a[1m]\n expect range vector from 10s to 1m step 10s\n").range_vector->step_ms,
            10000);
}

TEST(Script, KnowsTheDeprecatedForms) {
  EXPECT_TRUE(only<Eval>("eval_fail instant at 0 a\n").failure.has_value());
  EXPECT_TRUE(only<Eval>("eval_ordered instant at 0 a\n").ordered);
  EXPECT_EQ(only<Eval>("eval_warn instant at 0 a\n").warnings.size(), 1u);
  EXPECT_EQ(only<Eval>("eval_info instant at 0 a\n").infos.size(), 1u);
  EXPECT_EQ(only<Eval>("eval_fail instant at 0 a\n expected_fail_message boo\n").failure->text, "boo");
}

struct BadScript {
  const char* text;
  const char* reason;
};
class ScriptRefuses : public testing::TestWithParam<BadScript> {};
TEST_P(ScriptRefuses, AndSaysWhere) {
  const auto script = parse_script("a.test", GetParam().text);
  ASSERT_FALSE(script.has_value());
  EXPECT_NE(script.error().detail().find(GetParam().reason), std::string::npos) << script.error().detail();
}
INSTANTIATE_TEST_SUITE_P(
    Malformed, ScriptRefuses,
    testing::Values(BadScript{"jump 5m\n", "a.test:1: unknown command 'jump'"},
                    BadScript{"load often\n", "not a valid duration string"},
                    BadScript{"load 1m\n a 1 x\n", "a.test:2: cannot read 'x'"},
                    BadScript{"load 1m\n a@st 0\n b 1\n", "belong to another series"},
                    BadScript{"load 1m\n a@st 0 0\n a 1\n", "not as many"},
                    BadScript{"load 1m\n a 1x9999999\n", "more than 1000000 repetitions"},
                    BadScript{"eval instant a\n", "expected 'at'"},
                    BadScript{"eval instant at 5m\n", "without an expression"},
                    BadScript{"eval sideways at 5m a\n", "instant or range"},
                    BadScript{"eval instant at 5m a\n a 1 2\n", "one value per series"},
                    BadScript{"eval instant at 5m a\n expect much\n", "unknown expectation 'much'"},
                    BadScript{"eval instant at 5m a\n expect warn\n expect no_warn\n", "warnings and none"},
                    BadScript{"eval range from 5m to 1m step 1m a\n", "end is before the start"}));

}  // namespace
}  // namespace sluice::promqltest
