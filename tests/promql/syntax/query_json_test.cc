#include <gtest/gtest.h>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

std::string json(const char* query) { return parse_query_json(**parse(query)); }

TEST(ParseQueryJson, OfSelectors) {
  EXPECT_EQ(json("foo{a=~\"<b>\"}[5m] offset 1m @ end()"),
            R"({"anchored":false,"matchers":[{"name":"a","type":"=~","value":"\u003cb\u003e"},)"
            R"({"name":"__name__","type":"=","value":"foo"}],"name":"foo","offset":60000,"offsetExpr":null,)"
            R"("smoothed":false,"startOrEnd":"end","timestamp":null,"range":300000,"rangeExpr":null,)"
            R"("type":"matrixSelector"})");
}

TEST(ParseQueryJson, OfAggregationsAndLiterals) {
  EXPECT_EQ(json("quantile by (a) (0.5, vector(1))"),
            R"({"expr":{"args":[{"type":"numberLiteral","val":"1"}],"func":{"argTypes":["scalar"],"name":"vector",)"
            R"("returnType":"vector","variadic":0},"type":"call"},"grouping":["a"],"op":"quantile",)"
            R"("param":{"type":"numberLiteral","val":"0.5"},"type":"aggregation","without":false})");
}

TEST(ParseQueryJson, OfBinaries) {
  EXPECT_EQ(json("-(1) > bool 2"),
            R"({"bool":true,"lhs":{"expr":{"expr":{"type":"numberLiteral","val":"1"},"type":"parenExpr"},"op":"-",)"
            R"("type":"unaryExpr"},"matching":null,"op":"\u003e","rhs":{"type":"numberLiteral","val":"2"},)"
            R"("type":"binaryExpr"})");
  EXPECT_NE(json("a + on(x) group_left(y) b")
                .find(R"("matching":{"card":"many-to-one","fillValues":{"lhs":null,"rhs":null},"include":["y"],)"
                      R"("labels":["x"],"on":true})"),
            std::string::npos);
}

TEST(ParseQueryJson, OfFillValues) {
  EXPECT_NE(json("a + fill_left(-0.5) b").find(R"("fillValues":{"lhs":-0.5,"rhs":null})"), std::string::npos);
  EXPECT_NE(json("a + fill(NaN) b").find(R"("fillValues":{"lhs":"NaN","rhs":"NaN"})"), std::string::npos);
}

TEST(ParseQueryJson, KeepsThePlusBeforeACallInAnOffset) {
  EXPECT_NE(json("a offset +step()").find(R"("offsetExpr":{"lhs":null,"op":"+","rhs":{"lhs":null,"op":"step")"),
            std::string::npos);
  EXPECT_NE(json("a offset ++step()").find(R"("offsetExpr":{"lhs":null,"op":"step")"), std::string::npos);
}

TEST(ParseQueryJson, OfSubqueriesWithDurationExpressions) {
  const std::string text = json("foo[step()*2:1m]");
  EXPECT_NE(text.find(R"("rangeExpr":{"lhs":{"lhs":null,"op":"step","rhs":null,"type":"durationExpr","wrapped":false},)"
                      R"("op":"*","rhs":{"duration":false,"type":"numberLiteral","val":"2"},"type":"durationExpr",)"
                      R"("wrapped":false})"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("step":60000,"stepExpr":null,"type":"subquery"})"), std::string::npos) << text;
}

}  // namespace
}  // namespace sluice::promql
