// What Prometheus says about a wrong query, word for word, with line and column.
#include <gtest/gtest.h>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

struct Refusal {
  std::string query, error;
};
class ParserRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParserRefuses, AndSaysWhere) {
  const auto expr = parse(GetParam().query);
  ASSERT_FALSE(expr.has_value());
  EXPECT_EQ(expr.error().code(), Errc::invalid_argument);
  EXPECT_EQ(expr.error().detail(), GetParam().error);
}

const Refusal kLexer[] = {
    {"(1))", "1:5: parse error: unexpected right parenthesis ')'"},
    {"((1)", "1:5: parse error: unclosed left parenthesis"},
    {"foo]", "1:4: parse error: unexpected right bracket ']'"},
    {"some}", "1:5: parse error: unexpected character: '}'"},
    {"some{", "1:6: parse error: unexpected end of input inside braces"},
    {"{a{", "1:3: parse error: unexpected left brace '{'"},
    {".", "1:1: parse error: unexpected character: '.'"},
    {"a $ b", "1:3: parse error: unexpected character: '$'"},
    {"a ä b", "1:3: parse error: unexpected character: 'ä'"},
    {"foo =~ 1", "1:5: parse error: unexpected character after '=': '~'"},
    {"foo !~ 1", "1:5: parse error: unexpected character after '!': '~'"},
    {"foo{a*\"b\"}", "1:6: parse error: unexpected character inside braces: '*'"},
    {"foo{a!b}", "1:6: parse error: unexpected character after '!' inside braces: 'b'"},
    {"foo{1}", "1:5: parse error: unexpected character inside braces: '1'"},
    {"\"abc", "1:1: parse error: unterminated quoted string"},
    {"'a\nb'", "1:1: parse error: unterminated quoted string"},
    {"`abc", "1:1: parse error: unterminated raw string"},
    {"\"a\xff\"", "1:1: parse error: invalid UTF-8 rune"},
    {"foo{a=\"\xff\"}", "1:7: parse error: invalid UTF-8 rune"},
    {"\"\\c\"", "1:1: parse error: unknown escape sequence U+0063 'c'"},
    {"\"\\xg0\"", "1:1: parse error: illegal character U+0067 'g' in escape sequence"},
    {"\"\\x4", "1:1: parse error: escape sequence not terminated"},
    {"\"\\ud800\"", "1:1: parse error: escape sequence is an invalid Unicode code point"},
    {"1x", "1:1: parse error: bad number or duration syntax: \"1\""},
    {"2.5.", "1:1: parse error: bad number or duration syntax: \"2.5.\""},
    {"100..4", "1:1: parse error: bad number or duration syntax: \"100..\""},
    {"0deadbeef", "1:1: parse error: bad number or duration syntax: \"0de\""},
    {"foo[5mm]", "1:5: parse error: bad number or duration syntax: \"5mm\""},
    {"foo[5m1]", "1:5: parse error: bad number or duration syntax: \"5m1\""},
    {"foo[", "1:5: parse error: unexpected end of input in duration expression"},
    {"foo[5m", "1:7: parse error: unclosed left bracket"},
    {"rate(foo[5m", "1:12: parse error: unclosed left parenthesis"},
    {"foo !", "1:5: parse error: unexpected character after '!': '\uFFFD'"},
    {"foo[\"5m\"]", "1:5: parse error: unexpected character in duration expression: '\"'"},
    {"foo[sum]", "1:5: parse error: unexpected character in duration expression: 's'"},
    {"foo[:5m]", "1:6: parse error: unexpected colon before duration in duration expression"},
    {"foo[step():1m]", "1:12: parse error: unexpected colon before duration in duration expression"},
    {"foo[step()", "1:11: parse error: unexpected end of input in duration expression"},
    {"foo[5m::5m]", "1:8: parse error: unexpected colon ':'"},
    {"foo[5m] + foo[:1m]",
     "1:15: parse error: unexpected \":\" in subquery or range selector, expected number, duration, step(), or "
     "range()"},
    {"foo[5m] + foo[step()::]", "1:23: parse error: unexpected repeated colon in duration expression"},
    {"foo offset -1e11", "1:12: parse error: duration out of range"},
    {"foo[5m sum]", "1:8: parse error: unexpected character: 's', expected ':'"},
    {"foo[5m; ]", "1:7: parse error: unexpected character: ';'"},
    {"foo[5m [1m]]", "1:8: parse error: unexpected left bracket '['"},
    {"foo[5m # 1]", "1:12: parse error: unclosed left bracket"},
    {"foo[1h\"]", "1:7: parse error: unterminated quoted string"},
    {"foo[1.5h]", "1:5: parse error: unknown unit \".\" in duration \"1.5h\""},
    {".5.5", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \".5.5\": invalid syntax"},
};
INSTANTIATE_TEST_SUITE_P(Lexer, ParserRefuses, testing::ValuesIn(kLexer));

const Refusal kGrammar[] = {
    {"", "unknown position: parse error: no expression found in input"},
    {"# only a comment\n\n", "1:1: parse error: no expression found in input"},
    {"1+", "1:3: parse error: unexpected end of input"},
    {"*1", "1:1: parse error: unexpected <op:*>"},
    {"1 and", "1:6: parse error: unexpected end of input"},
    {"foo bar", "1:5: parse error: unexpected identifier \"bar\""},
    {"foo\n  bar", "2:3: parse error: unexpected identifier \"bar\""},
    {"foo a:b", "1:5: parse error: unexpected metric identifier \"a:b\""},
    {"foo 1", "1:5: parse error: unexpected number \"1\""},
    {"foo \"0123456789\"", "1:5: parse error: unexpected string \"\\\"012345678\"..."},
    {"foo BY", "1:5: parse error: unexpected <BY>"},
    {"a - on(b) ignoring(c) d", "1:11: parse error: unexpected <ignoring>"},
    {"foo + group_left(baz) bar", "1:7: parse error: unexpected <group_left>"},
    {"sum some_metric by (test)", "1:5: parse error: unexpected identifier \"some_metric\""},
    {"MIN (some_metric) keep", "1:19: parse error: unexpected identifier \"keep\""},
    {"sum(foo bar)", "1:9: parse error: unexpected identifier \"bar\" in aggregation"},
    {"sum by (x) foo", "1:12: parse error: unexpected identifier \"foo\" in aggregation"},
    {"sum(foo)by(x", "1:13: parse error: unclosed left parenthesis"},
    {"sum (some_metric) by test", "1:22: parse error: unexpected identifier \"test\" in grouping opts, expected \"(\""},
    {"sum without(==)(some_metric)", "1:13: parse error: unexpected <op:==> in grouping opts, expected label"},
    {"sum without(,)(some_metric)", "1:13: parse error: unexpected \",\" in grouping opts, expected label"},
    {"sum by (a b)(foo)", "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\""},
    {"sum without (test) (some_metric) by (test)", "1:34: parse error: unexpected <by>"},
    {"foo{a=b}", "1:7: parse error: unexpected identifier \"b\" in label matching, expected string"},
    {"foo{__name__ == \"bar\"}", "1:15: parse error: unexpected \"=\" in label matching, expected string"},
    {"foo{gibberish}", "1:14: parse error: unexpected \"}\" in label matching, expected label matching operator"},
    {"foo{,}", "1:5: parse error: unexpected \",\" in label matching, expected identifier or \"}\""},
    {"foo{a=\"b\" lol}", "1:11: parse error: unexpected identifier \"lol\" in label matching, expected \",\" or \"}\""},
    {"foo offset bar",
     "1:12: parse error: unexpected identifier \"bar\" in offset, expected number, duration, step(), or range()"},
    {"foo[5m {]", "1:8: parse error: unexpected \"{\" in subquery or range, expected \":\" or \"]\""},
    {"foo + on (a) group_left @ b", "1:25: parse error: unexpected <op:@> in grouping opts, expected \"(\""},
    {"foo + on (a) group_left bool b", "1:25: parse error: unexpected <bool> in grouping opts, expected \"(\""},
    {"foo offset --",
     "1:14: parse error: unexpected end of input in offset, expected number, duration, step(), or range()"},
    {"foo[5m] OFFSET",
     "1:15: parse error: unexpected end of input in offset, expected number, duration, step(), or range()"},
    {"foo @ bar", "1:7: parse error: unexpected identifier \"bar\" in @, expected timestamp"},
    {"foo[]",
     "1:5: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"},
    {"foo[5m 6m]", "1:8: parse error: unexpected duration \"6m\" in subquery or range, expected \":\" or \"]\""},
    {"foo[5m:1m 6m]", "1:11: parse error: unexpected duration \"6m\" in subquery selector, expected \"]\""},
    {"foo[5m:*]",
     "1:8: parse error: unexpected <op:*> in subquery selector, expected number, duration, step(), range(), or \"]\""},
    {"rate(foo[5m],)", "1:13: parse error: trailing commas not allowed in function call args"},
    {"topk(some_metric,)", "1:17: parse error: trailing commas not allowed in function call args"},
};
INSTANTIATE_TEST_SUITE_P(Grammar, ParserRefuses, testing::ValuesIn(kGrammar));

const Refusal kMeaning[] = {
    {"unknown_fn(foo)", "1:1: parse error: unknown function with name \"unknown_fn\""},
    {"RATE(foo[5m])", "1:1: parse error: unknown function with name \"RATE\""},
    {"sum()", "1:1: parse error: no arguments for aggregate expression provided"},
    {"topk(foo)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"},
    {"sum(1, foo)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2"},
    {"topk(foo, bar)", "1:6: parse error: expected type scalar in aggregation parameter, got instant vector"},
    {"count_values(5, foo)", "1:14: parse error: expected type string in aggregation parameter, got scalar"},
    {"sum(foo[5m])", "1:5: parse error: expected type instant vector in aggregation expression, got range vector"},
    {"rate(foo)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector"},
    {"floor()", "1:1: parse error: expected 1 argument(s) in call to \"floor\", got 0"},
    {"round()", "1:1: parse error: expected at least 1 argument(s) in call to \"round\", got 0"},
    {"round(a, 1, 2)", "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3"},
    {"label_join(a, \"b\")", "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2"},
    {"1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"},
    {"foo + bool bar", "1:5: parse error: bool modifier can only be used on comparison operators"},
    {"1 and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"},
    {"foo == on(bar) 10", "1:1: parse error: vector matching only allowed between instant vectors"},
    {"foo + fill(0) 10", "1:1: parse error: filling in missing series only allowed between instant vectors"},
    {"foo and fill(0) bar", "1:1: parse error: filling in missing series not allowed for set operators"},
    {"foo and on(bar) group_left(baz) bar", "1:1: parse error: no grouping allowed for \"and\" operation"},
    {"a + on(x) group_left(x, y) b", "1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once"},
    {"foo[5m] + 1", "1:1: parse error: binary expression must contain only scalar and instant vector types"},
    {"1 + \"s\"", "1:5: parse error: binary expression must contain only scalar and instant vector types"},
    {"-\"string\"",
     "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\""},
    {"-foo[5m]",
     "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "
     "\"range vector\""},
    {"foo[5m][5m:]", "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"},
    {"{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"},
    {"{x=\"\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"},
    {"foo{__name__=\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\""},
    {"foo{\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\""},
    {"(foo + bar)[5m]", "1:12: parse error: ranges only allowed for vector selectors"},
    {"some_metric OFFSET 1m[5m]", "1:22: parse error: no offset modifiers allowed before range"},
    {"some_metric @ 1[5m]", "1:16: parse error: no @ modifiers allowed before range"},
    {"foo offset 1s offset 2s", "1:1: parse error: offset may not be set multiple times"},
    {"foo @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times"},
    {"1 offset 1d",
     "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector "
     "selector or a subquery"},
    {"1 @ 5",
     "1:1: parse error: @ modifier must be preceded by an instant vector selector or range vector selector or "
     "a subquery"},
    {"foo @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"},
    {"foo[0]", "1:5: parse error: duration must be greater than 0"},
    {"foo[-5m]", "1:5: parse error: duration must be greater than 0"},
    {"foo[1/0]", "1:6: parse error: division by zero"},
    {"foo[1%0]", "1:6: parse error: modulo by zero"},
    {"foo[1e11]", "1:5: parse error: duration out of range"},
    {"foo[5m:] anchored", "1:1: parse error: anchored modifier is not supported for subqueries"},
    {"(foo) smoothed", "1:1: parse error: smoothed modifier not implemented"},
    {"foo anchored smoothed", "1:1: parse error: anchored and smoothed modifiers cannot be used together"},
    {"info(foo, bar)", "1:11: parse error: expected label selectors only, got vector selector instead"},
    {"info(foo, -{a=\"b\"})", "1:11: parse error: expected label selectors only"},
    {"foo{a=~\"(\"}", "1:5: parse error: error parsing regexp: missing closing ): `(`"},
    {"1e999", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e999\": value out of range"},
    {"0x", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"0x\": invalid syntax"},
    {"1_ + (", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1_\": invalid syntax"},
    {"1e\"", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e\": invalid syntax"},
    {"0x8000000000000000",
     "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"0x8000000000000000\": invalid syntax"},
};
INSTANTIATE_TEST_SUITE_P(Meaning, ParserRefuses, testing::ValuesIn(kMeaning));

TEST(ParserOptionsTest, TurnFeaturesOff) {
  const ParserOptions plain{.experimental_functions = false,
                            .duration_expressions = false,
                            .extended_range_selectors = false,
                            .binop_fill_modifiers = false};
  const auto error = [&](const char* query) { return parse(query, plain).error().detail(); };
  EXPECT_EQ(error("mad_over_time(foo[5m])"), "1:1: parse error: function \"mad_over_time\" is not enabled");
  EXPECT_EQ(error("limitk(1, foo)"),
            "1:1: parse error: limitk() is experimental and must be enabled with "
            "--enable-feature=promql-experimental-functions");
  EXPECT_EQ(error("foo[1+2]"), "1:5: parse error: experimental duration expression is not enabled");
  EXPECT_EQ(error("foo[5m] anchored"), "1:1: parse error: anchored modifier is experimental and not enabled");
  EXPECT_EQ(error("foo + fill(0) bar"), "1:7: parse error: binop fill modifiers are experimental and not enabled");
}

TEST(ParserLimits, RefuseLongTextBeforeReadingIt) {
  const auto expr = parse("aaaa", {.text_bytes_max = 3});
  ASSERT_FALSE(expr.has_value());
  EXPECT_NE(expr.error().detail().find("limit of 3"), std::string::npos);
}

std::string repeat(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

// Each of these would overflow the stack of a parser, or of whoever walks the tree, without a limit.
TEST(ParserLimits, RefuseDeepText) {
  const int n = 20000;
  const std::string deep[] = {repeat("(", n) + "1" + repeat(")", n),
                              repeat("-", n) + "foo",
                              "1" + repeat("+1", n),
                              "1" + repeat("^1", n),
                              repeat("abs(", n),
                              "foo" + repeat("[5m:]", n),
                              "foo[" + repeat("(", n),
                              "foo[1" + repeat("+1", n) + "]",
                              repeat("sum(", n),
                              "foo offset " + repeat("(", n)};
  for (const std::string& query : deep) {
    const auto expr = parse(query);
    ASSERT_FALSE(expr.has_value()) << query.substr(0, 20);
    EXPECT_NE(expr.error().detail().find("nested deeper than 500 levels"), std::string::npos) << expr.error().detail();
  }
}

TEST(ParserLimits, AllowWhatPeopleWrite) { EXPECT_TRUE(parse("1" + repeat("+1", 400)).has_value()); }

}  // namespace
}  // namespace sluice::promql
