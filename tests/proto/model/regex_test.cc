#include "proto/model/regex.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace sluice {
namespace {

struct BadPattern {
  const char* pattern;
  const char* reason;
};
class RegexRefuses : public testing::TestWithParam<BadPattern> {};
TEST_P(RegexRefuses, InGosWords) {
  const auto regex = compile_regex(GetParam().pattern);
  ASSERT_FALSE(regex.has_value());
  EXPECT_EQ(regex.error().detail(), std::string("error parsing regexp: ") + GetParam().reason);
}
INSTANTIATE_TEST_SUITE_P(Malformed, RegexRefuses,
                         testing::Values(BadPattern{"(", "missing closing ): `(`"},
                                         BadPattern{"a)|(b", "unexpected ): `a)|(b`"},
                                         BadPattern{"[a", "missing closing ]: `[a`"},
                                         BadPattern{"*", "missing argument to repetition operator: `*`"},
                                         BadPattern{"a**", "invalid nested repetition operator: `**`"},
                                         BadPattern{"x{1001}", "invalid repeat count: `{1001}`"},
                                         BadPattern{"a(?!b)", "invalid or unsupported Perl syntax: `(?!`"},
                                         BadPattern{"[z-a]", "invalid character class range: `z-a`"},
                                         BadPattern{"\\8", "invalid escape sequence: `\\8`"},
                                         BadPattern{"\\C", "invalid escape sequence: `\\C`"},
                                         BadPattern{"a\\", "trailing backslash at end of expression: ``"},
                                         BadPattern{"(?P<n", "invalid named capture: `(?P<n`"}));

TEST(Regex, NamesGroupsInBothOfGosSpellings) {
  const auto regex = compile_regex("(?<first>a)(?P<second>b)");
  ASSERT_TRUE(regex.has_value());
  EXPECT_EQ((*regex)->NamedCapturingGroups().count("first"), 1u);
  EXPECT_EQ((*regex)->NamedCapturingGroups().count("second"), 1u);
}

TEST(Regex, LeavesClassesEscapesAndQuotationsAlone) {
  const auto full_match = [](const char* pattern, const char* text) {
    const auto regex = compile_regex(pattern);
    return regex && re2::RE2::FullMatch(text, **regex);
  };
  EXPECT_TRUE(full_match("[](?<a]+", "](<?a"));
  EXPECT_TRUE(full_match("\\(\\?<a", "(?<a"));
  EXPECT_TRUE(full_match("\\Q(?<a\\C\\E", "(?<a\\C"));
  EXPECT_TRUE(full_match("a.b", "a\nb"));
}

}  // namespace
}  // namespace sluice
