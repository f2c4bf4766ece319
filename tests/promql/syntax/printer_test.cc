#include <gtest/gtest.h>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

using Pair = std::pair<const char*, const char*>;
class CanonicalText : public testing::TestWithParam<Pair> {};

TEST_P(CanonicalText, IsAsPrometheusPrints) {
  const auto expr = parse(GetParam().first);
  ASSERT_TRUE(expr.has_value()) << expr.error().detail();
  EXPECT_EQ(canonical_text(**expr), GetParam().second);
}

const Pair kTexts[] = {
    {"sum(foo)by(a,b)", "sum by (a, b) (foo)"},
    {"topk without(a)(3,foo)", "topk without (a) (3, foo)"},
    {"sum by () (foo)", "sum(foo)"},
    {"sum without () (foo)", "sum without () (foo)"},
    {"sum by (\"a.b\") (foo)", "sum by (\"a.b\") (foo)"},
    {"a+b", "a + b"},
    {"a==bool b", "a == bool b"},
    {"a+on(x,y)group_left(z)b", "a + on (x, y) group_left (z) b"},
    {"a+ignoring()b", "a + b"},
    {"a+ignoring()group_left b", "a + ignoring () group_left () b"},
    {"a+on()b", "a + on () b"},
    {"a+fill(0)b", "a + fill (0) b"},
    {"a+fill_right(2)fill_left(1)b", "a + fill_left (1) fill_right (2) b"},
    {"a+fill(5m)b", "a + fill (300) b"},
    {"a+fill(1000000)b", "a + fill (1e+06) b"},
    {"a+fill(NaN)b", "a + fill_left (NaN) fill_right (NaN) b"},
    {"a unless b", "a unless b"},
    {"h </ 5", "h </ 5"},
    {"foo{b=\"2\",a=\"1\"}", "foo{a=\"1\",b=\"2\"}"},
    {"{__name__=\"foo\"}", "{__name__=\"foo\"}"},
    {"{\"a.b\", x='y'}", "{__name__=\"a.b\",x=\"y\"}"},
    {"foo{\"a.b\"=~`c\\d`}", "foo{\"a.b\"=~\"c\\\\d\"}"},
    {"foo@1.5", "foo @ 1.500"},
    {"foo @ end() offset 5m", "foo @ end() offset 5m"},
    {"foo offset -300", "foo offset -5m"},
    {"foo offset 5m @ 1m anchored", "foo @ 60.000 anchored offset 5m"},
    {"foo[300] @ 1 smoothed offset 1m", "foo[5m] smoothed @ 1.000 offset 1m"},
    {"foo[5m:]", "foo[5m:]"},
    {"foo[1h:1m] @ start() offset 1d", "foo[1h:1m] @ start() offset 1d"},
    {"foo[step()+1]", "foo[step() + 1]"},
    {"foo[2m*(10+5)]", "foo[2m * (10 + 5)]"},
    {"foo[max_of(step(),5s)^2]", "foo[max_of(step(), 5s) ^ 2]"},
    {"foo[(-2)^2]", "foo[(-2) ^ 2]"},
    {"foo offset -(step()*2)", "foo offset -(step() * 2)"},
    {"foo offset --5m", "foo offset 5m"},
    {"foo offset -+-step()", "foo offset --step()"},
    {"foo offset +step()", "foo offset step()"},
    {"foo offset -min_of(step(),1s)^0", "foo offset -min_of(step(), 1s) ^ 0"},
    {"1e6", "1000000"},
    {"1e-7", "0.0000001"},
    {"-0", "-0"},
    {"90m", "1h30m"},
    {"010", "8"},
    {"08", "8"},
    {"1_000.5", "1000.5"},
    {"0x_1F", "31"},
    {"0777777777777777777777777", "777777777777777800000000"},
    {"-5m", "-5m"},
    {"Inf", "+Inf"},
    {"NaN", "NaN"},
    {"'a\"b'", "\"a\\\"b\""},
    {"-(-foo)", "-(-foo)"},
    {"-1^2", "-1 ^ 2"},
    {"+foo", "+foo"},
    {"info(foo,{})", "info(foo, {})"},
    {"clamp(a,1,2)", "clamp(a, 1, 2)"},
    {"time()", "time()"},
};
INSTANTIATE_TEST_SUITE_P(Expressions, CanonicalText, testing::ValuesIn(kTexts));

TEST(CanonicalTextOfOperators, KeepsPrecedence) {
  const auto root = [](const char* query) { return text(as<Binary>(**parse(query)).op); };
  EXPECT_STREQ(root("a or b and c"), "or");
  EXPECT_STREQ(root("a == b + c"), "==");
  EXPECT_STREQ(root("a + b * c"), "+");
  EXPECT_STREQ(root("a * b ^ c"), "*");
  EXPECT_STREQ(root("-a * b"), "*");
  EXPECT_STREQ(root("foo offset -2^2"), "^");
  EXPECT_EQ(parse("-a^b").value()->kind, ExprKind::unary);
  EXPECT_EQ(as<Binary>(**parse("a^b^c")).rhs->kind, ExprKind::binary);
  EXPECT_EQ(as<Binary>(**parse("a-b-c")).lhs->kind, ExprKind::binary);
}

TEST(PrettyText, SplitsWhatIsLong) {
  const std::string long_name(60, 'x');
  const auto expr = parse("histogram_quantile(0.9, sum by (le, job) (rate(" + long_name + "[5m])) / on (job) " +
                          "group_left () -(" + long_name + "))");
  ASSERT_TRUE(expr.has_value());
  EXPECT_EQ(pretty_text(**expr),
            "histogram_quantile(\n"
            "  0.9,\n"
            "    sum by (le, job) (rate(" +
                long_name +
                "[5m]))\n"
                "  / on (job) group_left ()\n"
                "    -(" +
                long_name +
                ")\n"
                ")");
}

TEST(PrettyText, KeepsShortTextOnOneLine) { EXPECT_EQ(pretty_text(**parse("sum( foo )")), "sum(foo)"); }

TEST(PrettyText, LeavesShortSubqueriesFlushLeftAsPrometheusDoes) {
  const std::string a(90, 'a');
  EXPECT_EQ(pretty_text(**parse("quantile_over_time(scalar(" + a + "), foo[5m:1m])")),
            "quantile_over_time(\n  scalar(" + a + "),\nfoo[5m:1m]\n)");
}

TEST(PrettyText, SplitsAggregationsParensAndSubqueries) {
  const std::string a(50, 'a'), b(50, 'b');
  const auto expr = parse("topk by (x) (5, -(" + a + " + " + b + "))[5m:1m]");
  ASSERT_TRUE(expr.has_value());
  EXPECT_EQ(pretty_text(**expr),
            "topk by (x) (\n"
            "  5,\n"
            "  -(\n"
            "      " +
                a +
                "\n"
                "    +\n"
                "      " +
                b +
                "\n"
                "  )\n"
                ")[5m:1m]");
}

}  // namespace
}  // namespace sluice::promql
