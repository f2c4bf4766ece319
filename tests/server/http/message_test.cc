#include "server/http/message.h"

#include <gtest/gtest.h>

namespace sluice::server {
namespace {

TEST(Headers, AreFoundWhateverTheirCase) {
  Headers headers;
  headers.add("X-Scope-Orgid", "mesh");
  EXPECT_EQ(headers.get("X-Scope-OrgID"), "mesh");
  EXPECT_TRUE(headers.has("x-scope-orgid"));
  EXPECT_FALSE(headers.has("X-Scope-Org"));
  EXPECT_EQ(headers.get("Absent"), "");
}

TEST(Headers, FirstOneWinsAndSetReplacesAll) {
  Headers headers;
  headers.add("Vary", "Origin");
  headers.add("vary", "Accept-Encoding");
  EXPECT_EQ(headers.get("VARY"), "Origin");
  headers.set("Vary", "*");
  EXPECT_EQ(headers.all().size(), 1u);
  EXPECT_EQ(headers.get("Vary"), "*");
}

struct FormCase {
  std::string name, text;
  std::vector<std::pair<std::string, std::string>> expected;
};
class FormParsing : public testing::TestWithParam<FormCase> {};

TEST_P(FormParsing, IsAsGoParsesQueries) {
  Form form;
  Form::parse_into(GetParam().text, form);
  std::size_t pairs = 0;
  for (const auto& [key, value] : GetParam().expected) {
    EXPECT_TRUE(form.has(key)) << key;
    const auto all = form.all(key);
    EXPECT_NE(std::find(all.begin(), all.end(), value), all.end()) << key << "=" << value;
    ++pairs;
  }
  if (pairs == 0) {
    EXPECT_FALSE(form.has("a"));
    EXPECT_FALSE(form.has(""));
  }
}

const FormCase kForms[] = {
    {"Empty", "", {}},
    {"OnlyAmpersands", "&&&", {}},
    {"Pair", "a=1", {{"a", "1"}}},
    {"Repeated", "match[]=x&match[]=y", {{"match[]", "x"}, {"match[]", "y"}}},
    {"EscapedKeyAndValue", "match%5B%5D=up%7Ba%3D%22b%22%7D", {{"match[]", "up{a=\"b\"}"}}},
    {"PlusIsBlank", "a=b+c%2B", {{"a", "b c+"}}},
    {"NoEquals", "a", {{"a", ""}}},
    {"EqualsInValue", "a=b=c", {{"a", "b=c"}}},
    {"EmptyKey", "=v", {{"", "v"}}},
    {"DamagedEscapeIsLeftOut", "a=%zz&b=2", {{"b", "2"}}},
    {"CutEscapeIsLeftOut", "b=2&a=%4", {{"b", "2"}}},
    {"SemicolonPairIsLeftOut", "a=1;c=3&b=2", {{"b", "2"}}},
};
INSTANTIATE_TEST_SUITE_P(Texts, FormParsing, testing::ValuesIn(kForms),
                         [](const auto& info) { return info.param.name; });

TEST(FormParsingAlone, DamagedPairsLeaveNothing) {
  Form form;
  Form::parse_into("a=%zz&b;c=1&%=x", form);
  EXPECT_FALSE(form.has("a"));
  EXPECT_FALSE(form.has("b;c"));
  EXPECT_FALSE(form.has("%"));
}

Request post_with(std::string content_type) {
  Request request;
  request.head.method = Method::post;
  request.head.query = "query=url";
  request.head.headers.add("Content-Type", std::move(content_type));
  request.body = "query=body&step=15";
  return request;
}

TEST(RequestForm, MergesUrlAndBodyUrlFirst) {
  const Form form = post_with("application/x-www-form-urlencoded; charset=utf-8").form();
  EXPECT_EQ(form.get("query"), "url");
  EXPECT_EQ(form.all("query"), (std::vector<std::string>{"url", "body"}));
  EXPECT_EQ(form.get("step"), "15");
}

TEST(RequestForm, IgnoresABodyThatIsNoForm) { EXPECT_FALSE(post_with("application/json").form().has("step")); }

TEST(RequestForm, IgnoresTheBodyOfAGet) {
  Request request = post_with("application/x-www-form-urlencoded");
  request.head.method = Method::get;
  EXPECT_FALSE(request.form().has("step"));
}

}  // namespace
}  // namespace sluice::server
