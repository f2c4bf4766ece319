#include "proto/model/matcher.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

Matcher regex(const std::string& re) {
  auto m = Matcher::make(Matcher::Op::regex, "l", re);
  EXPECT_TRUE(m.has_value()) << re;
  return *m;
}

TEST(Matcher, AnchorsAndLetsDotMatchNewlines) {
  EXPECT_TRUE(regex("a.c").matches("a\nc"));
  EXPECT_FALSE(regex("b").matches("abc"));
  EXPECT_TRUE(regex("a|b").matches("b"));
  EXPECT_FALSE(regex("a|b").matches("ab"));
}

TEST(Matcher, RefusesBadExpressionsWithAReason) {
  const auto m = Matcher::make(Matcher::Op::regex, "l", "(a");
  ASSERT_FALSE(m.has_value());
  EXPECT_EQ(m.error().code(), Errc::invalid_argument);
}

TEST(Matcher, SeesLiteralsInAnAlternation) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(regex("(a\\.b|c)").literals(), (Texts{"a.b", "c"}));
  EXPECT_EQ(regex("(?:a|b)").literals(), (Texts{"a", "b"}));
  EXPECT_EQ(regex("^0$|^4").literals(), Texts{});
  EXPECT_EQ(regex("(a)|(b)").literals(), Texts{});
}

TEST(Matcher, PrefixHoldsForEveryMatch) {
  EXPECT_EQ(regex("istio_.*").prefix(), "istio_");
  EXPECT_EQ(regex("ab?c").prefix(), "a");
  EXPECT_EQ(regex("ab*|x").prefix(), "");
}

TEST(Matcher, MissingLabelIsTheEmptyString) {
  EXPECT_TRUE(regex(".*").matches_empty());
  EXPECT_FALSE(regex(".+").matches_empty());
  EXPECT_TRUE(Matcher::make(Matcher::Op::not_equal, "l", "x")->matches_empty());
}

}  // namespace
}  // namespace sluice
