#include <gtest/gtest.h>

#include <cmath>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

ExprPtr parsed(const std::string& query) {
  auto expr = parse(query);
  if (expr) return std::move(*expr);
  ADD_FAILURE() << query << ": " << expr.error().detail();
  return nullptr;
}

double number(const std::string& query) {
  const ExprPtr expr = parsed(query);
  return expr && expr->kind == ExprKind::number_literal ? as<NumberLiteral>(*expr).value : -12345;
}

TEST(Parser, ReadsNumbersAsGoDoes) {
  EXPECT_EQ(number("1"), 1);
  EXPECT_EQ(number("-1"), -1);
  EXPECT_EQ(number("+.5"), 0.5);
  EXPECT_EQ(number("5."), 5);
  EXPECT_EQ(number("1e-3"), 0.001);
  EXPECT_EQ(number("0x1F"), 31);
  EXPECT_EQ(number("0xdeadbeef"), 3735928559.0);
  EXPECT_EQ(number("0755"), 493);
  EXPECT_EQ(number("089"), 89);
  EXPECT_EQ(number("1_000_000"), 1000000);
  EXPECT_EQ(number("5m"), 300);
  EXPECT_EQ(number("1h30m"), 5400);
  EXPECT_EQ(number("-Inf"), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(number("NaN")));
}

TEST(Parser, ReadsStrings) {
  const auto text = [](const std::string& query) { return as<StringLiteral>(*parsed(query)).value; };
  EXPECT_EQ(text(R"("a\n\"\\\x41\101\u00e4\U0001F600")"), "a\n\"\\AAä\xF0\x9F\x98\x80");
  EXPECT_EQ(text("'it\\'s'"), "it's");
  EXPECT_EQ(text("`a\\n`"), "a\\n");
}

TEST(Parser, PutsTheNameBehindTheMatchers) {
  const ExprPtr expr = parsed(R"(foo{a="1", b!="2", c=~"x.*", "d.e"!~"y",})");
  const auto& selector = as<VectorSelector>(*expr);
  EXPECT_EQ(selector.name, "foo");
  ASSERT_EQ(selector.matchers.size(), 5u);
  EXPECT_EQ(selector.matchers[3].text(), R"("d.e"!~"y")");
  EXPECT_EQ(selector.matchers[4].text(), R"(__name__="foo")");
}

TEST(Parser, TakesAQuotedNameAsMatcher) {
  const ExprPtr expr = parsed(R"({"my.metric", a="1"})");
  EXPECT_EQ(as<VectorSelector>(*expr).name, "");
  EXPECT_EQ(as<VectorSelector>(*expr).matchers[0].text(), R"(__name__="my.metric")");
}

TEST(Parser, LetsKeywordsNameMetrics) {
  for (const char* query :
       {"sum", "by", "offset", "start", "end", "step", "min_of", "and", "fill", "fill_left", ":a", "sum{a=\"b\"}",
        "fill + fill(0) fill", "sum by (by, on, sum) (by)", "step + step()", "foo{sum=\"a\", by=\"b\"}"})
    EXPECT_TRUE(parse(query).has_value()) << query;
}

TEST(Parser, KnowsModifiersInAnyOrder) {
  const ExprPtr expr = parsed("foo[5m] offset -1h @ 1.5 anchored");
  const auto& selector = *as<MatrixSelector>(*expr).selector;
  EXPECT_EQ(selector.time.offset_ms, -3600000);
  EXPECT_EQ(selector.time.at, AtKind::timestamp);
  EXPECT_EQ(selector.time.at_ms, 1500);
  EXPECT_TRUE(selector.anchored);
}

TEST(Parser, FoldsDurationLiteralsAndKeepsExpressions) {
  EXPECT_EQ(as<MatrixSelector>(*parsed("foo[1800]")).range_ms, 1800000);
  EXPECT_EQ(as<MatrixSelector>(*parsed("foo[1.5]")).range_ms, 1500);
  const ExprPtr subquery = parsed("foo[step()+1:min_of(1m,range())]");
  EXPECT_EQ(as<DurationExpr>(*as<Subquery>(*subquery).range_expr).op, DurationOp::add);
  EXPECT_EQ(as<DurationExpr>(*as<Subquery>(*subquery).step_expr).op, DurationOp::min_of);
}

TEST(Parser, SettlesTheMatchingByType) {
  EXPECT_FALSE(as<Binary>(*parsed("foo + 1")).matching.has_value());
  EXPECT_EQ(as<Binary>(*parsed("foo + bar")).matching->cardinality, MatchCardinality::one_to_one);
  EXPECT_EQ(as<Binary>(*parsed("foo and bar")).matching->cardinality, MatchCardinality::many_to_many);
  const ExprPtr grouped = parsed("a / on(x, \"y.z\") group_right b");
  EXPECT_EQ(as<Binary>(*grouped).matching->cardinality, MatchCardinality::one_to_many);
  EXPECT_EQ(as<Binary>(*grouped).matching->labels, (std::vector<std::string>{"x", "y.z"}));
}

TEST(Parser, FillsOneSideOrBoth) {
  const auto fill = [](const char* query) { return *as<Binary>(*parsed(query)).matching; };
  EXPECT_EQ(fill("a + fill(-3) b").fill_left, -3);
  EXPECT_EQ(fill("a + fill(-3) b").fill_right, -3);
  EXPECT_EQ(fill("a + fill_right(2) fill_left(1) b").fill_left, 1);
  EXPECT_FALSE(fill("a + fill_right(2) b").fill_left.has_value());
}

TEST(Parser, AllowsInfoToMatchEverything) { parsed("info(foo, {})"); }

TEST(ParseSelector, AnswersMatchers) {
  const auto matchers = parse_selector(R"(up{job="a"})");
  ASSERT_TRUE(matchers.has_value());
  EXPECT_EQ(matchers->size(), 2u);
  EXPECT_TRUE(parse_selector("{}").has_value());  // whether that is too much is for the endpoint to say
}

TEST(ParseSelector, RefusesMoreThanASelector) {
  EXPECT_EQ(parse_selector("up[5m]").error().detail(), "1:3: parse error: unexpected \"[\"");
  EXPECT_EQ(parse_selector("1").error().detail(), "1:1: parse error: unexpected number \"1\"");
  EXPECT_EQ(parse_selector("up offset 5m").error().detail(), "1:4: parse error: unexpected <offset>");
}

TEST(ParseMetric, AnswersLabels) {
  EXPECT_EQ(parse_metric(R"(foo{b="1", a='2'})")->text(), R"({__name__="foo", a="2", b="1"})");
  EXPECT_EQ(parse_metric(R"({"quoted.name", "l.x"="v"})")->text(), R"({__name__="quoted.name", "l.x"="v"})");
  EXPECT_EQ(parse_metric("{}")->text(), "{}");
}

TEST(ParseMetric, RefusesOtherOperators) {
  EXPECT_EQ(parse_metric(R"(foo{a=~"b"})").error().detail(),
            "1:6: parse error: unexpected <op:=~> in label set, expected \"=\"");
}

TEST(Functions, AreSortedByName) {
  for (const FunctionSignature& f : all_functions()) EXPECT_EQ(find_function(f.name), &f);
  EXPECT_EQ(find_function("Rate"), nullptr);
  EXPECT_EQ(find_function("label_join")->variadic, -1);
}

}  // namespace
}  // namespace sluice::promql
