#include "server/tenant/credentials.h"

#include <gtest/gtest.h>

#include "server/tenant/token_table.h"

namespace sluice::server {
namespace {

struct HeaderCase {
  std::string name, header, token;  // token "": refused
};
class AuthorizationHeader : public testing::TestWithParam<HeaderCase> {};

TEST_P(AuthorizationHeader, GivesATokenOrAReason) {
  const auto token = parse_authorization(GetParam().header);
  if (!GetParam().token.empty()) {
    ASSERT_TRUE(token) << token.error().detail();
    EXPECT_EQ(*token, GetParam().token);
    return;
  }
  ASSERT_FALSE(token.has_value());
  EXPECT_EQ(token.error().code(), Errc::unauthenticated);
  EXPECT_NE(token.error().detail().find("Bearer"), std::string::npos);
}

const HeaderCase kHeaders[] = {
    {"Bearer", "Bearer abc", "abc"},
    {"BearerManyBlanks", "  bEARER    abc  ", "abc"},
    {"BasicEmptyUser", "Basic OnMzY3IzdC10b2tlbg==", "s3cr3t-token"},
    {"BasicUnpadded", "Basic OnMzY3IzdC10b2tlbg", "s3cr3t-token"},
    {"BasicColonInToken", "Basic dTphOmI=", "a:b"},
    {"BasicEmptyToken", "Basic dTo=", ""},
    {"BasicNoColon", "Basic YWJj", ""},
    {"BasicNotBase64", "Basic ab*d", ""},
    {"BasicCutBase64", "Basic YWJjZ", ""},
    {"Empty", "", ""},
    {"SchemeOnly", "Bearer", ""},
    {"OtherScheme", "Negotiate abc", ""},
    {"TooLong", "Bearer " + std::string(5000, 'x'), ""},
};
INSTANTIATE_TEST_SUITE_P(Forms, AuthorizationHeader, testing::ValuesIn(kHeaders),
                         [](const auto& info) { return info.param.name; });

TEST(Sha256, IsTheStandardOne) {
  const std::string digest = sha256("abc");
  ASSERT_EQ(digest.size(), 32u);
  EXPECT_EQ(static_cast<unsigned char>(digest[0]), 0xba);
  EXPECT_EQ(static_cast<unsigned char>(digest[31]), 0xad);
}

TEST(TokenTable, FindsWhatItHoldsAndNothingElse) {
  std::vector<TokenRule> rules(100);
  for (int i = 0; i < 100; ++i) rules[static_cast<std::size_t>(i)].sha256 = sha256("token-" + std::to_string(i));
  const TokenTable table(rules);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(table.find("token-" + std::to_string(i)), &rules[static_cast<std::size_t>(i)]);
  EXPECT_EQ(table.find("token-100"), nullptr);
  EXPECT_EQ(table.find(rules[0].sha256), nullptr);  // the hash is not the token
}

}  // namespace
}  // namespace sluice::server
