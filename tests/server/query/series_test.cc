// /labels, /label/<name>/values, /series, /metadata, /query_exemplars.
#include "tests/server/query/api.h"

namespace sluice::server::query {
namespace {

class Series : public Api {
 protected:
  Series() {
    tsdb.series["anonymous"] = {
        Labels::sorted({{"__name__", "up"}, {"job", "b"}}),
        Labels::sorted({{"__name__", "up"}, {"job", "a<"}}),
        Labels::sorted({{"__name__", "down"}, {"job", "a<"}, {"my.label", "x"}}),
    };
  }
};

TEST_F(Series, LabelNamesAreSortedAndMayBeNarrowed) {
  expect_data("/labels", "[\"__name__\",\"job\",\"my.label\"]");
  expect_data("/labels?match[]=up&start=0&end=1e18", "[\"__name__\",\"job\"]");
  expect_data("/labels?match[]=nothing", "[]");
  EXPECT_EQ(ask(Method::post, "/api/prom/api/v1/labels", "", "match[]=up").body,
            "{\"status\":\"success\",\"data\":[\"__name__\",\"job\"]}");
}

TEST_F(Series, LabelValuesUnderstandEscapedNames) {
  expect_data("/label/job/values", "[\"a\\u003c\",\"b\"]");
  expect_data("/label/U__my_2e_label/values", "[\"x\"]");
  expect_data("/label/my.label/values", "[\"x\"]");
  expect_data("/label/job/values?match[]={__name__=\"up\",job!=\"b\"}", "[\"a\\u003c\"]");
  expect_error("/label/a\xff/values", 400, "bad_data", "invalid label name: \\\"a\\\\xff\\\"");
}

TEST_F(Series, LimitsCutAndWarn) {
  const std::string tail = "],\"warnings\":[\"results truncated due to limit\"]}";
  EXPECT_EQ(get("/labels?limit=1").body, "{\"status\":\"success\",\"data\":[\"__name__\"" + tail);
  EXPECT_EQ(get("/label/job/values?limit=1").body, "{\"status\":\"success\",\"data\":[\"a\\u003c\"" + tail);
  EXPECT_EQ(get("/series?match[]=up&limit=1").body,
            "{\"status\":\"success\",\"data\":[{\"__name__\":\"up\",\"job\":\"b\"}" + tail);
  expect_data("/labels?limit=0", "[\"__name__\",\"job\",\"my.label\"]");
}

TEST_F(Series, OneSelectorKeepsTheOrderOfTheIndexAndSeveralSort) {
  const std::string b = "{\"__name__\":\"up\",\"job\":\"b\"}", a = "{\"__name__\":\"up\",\"job\":\"a<\"}",
                    down = "{\"__name__\":\"down\",\"job\":\"a<\",\"my.label\":\"x\"}";
  expect_data("/series?match[]=up", "[" + b + "," + a + "]");
  expect_data("/series?match[]=up&match[]={job=~\"a.*\"}", "[" + down + "," + a + "," + b + "]");
}

TEST_F(Series, RefusesInPrometheusOrder) {
  expect_error("/series?limit=x", 400, "bad_data", "no match[] parameter provided");
  expect_error("/series?match[]={job=~\".*\"}", 400, "bad_data",
               "invalid parameter \\\"match[]\\\": match[] must contain at least one non-empty matcher");
  expect_error("/labels?match[]={}", 400, "bad_data", "match[] must contain at least one non-empty matcher");
  expect_error("/labels?match[]=up&match[]={}&limit=x", 400, "bad_data",
               "invalid parameter \\\"limit\\\": strconv.Atoi: parsing \\\"x\\\": invalid syntax");
  expect_error(
      "/labels?start=x&end=y", 400, "bad_data",
      "invalid parameter \\\"start\\\": invalid time value for 'start': cannot parse \\\"x\\\" to a valid timestamp");
  expect_error(
      "/labels?end=y", 400, "bad_data",
      "invalid parameter \\\"end\\\": invalid time value for 'end': cannot parse \\\"y\\\" to a valid timestamp");
  EXPECT_EQ(get("/series?match[]=up{").status, 400);
}

TEST_F(Series, TenantsSeeOnlyTheirOwn) {
  Request request;
  request.head.path = "/api/v1/labels";
  request.head.headers.add("X-Scope-OrgID", "other");
  Handler* handler = router.find(Method::get, request.head.path).handler;
  AdmitDecision decision = handler->admit(request.head);
  ASSERT_FALSE(decision.refusal.has_value());
  EXPECT_EQ(handler->handle(request, decision.admission.get()).body, "{\"status\":\"success\",\"data\":[]}");
}

TEST_F(Series, MetadataIsGroupedAndLimited) {
  tsdb.known_metadata = {
      {"a", MetricType::counter, "h1", ""}, {"a", MetricType::gauge, "h2", "s"}, {"b", MetricType::histogram, "<", ""}};
  const std::string first = "{\"type\":\"counter\",\"help\":\"h1\",\"unit\":\"\"}",
                    second = "{\"type\":\"gauge\",\"help\":\"h2\",\"unit\":\"s\"}",
                    b = "\"b\":[{\"type\":\"histogram\",\"help\":\"\\u003c\",\"unit\":\"\"}]";
  expect_data("/metadata", "{\"a\":[" + first + "," + second + "]," + b + "}");
  expect_data("/metadata?limit=1&limit_per_metric=1", "{\"a\":[" + first + "]}");
  expect_data("/metadata?metric=b", "{" + b + "}");
  expect_data("/metadata?limit=0", "{}");
  expect_error("/metadata?limit=x", 400, "bad_data", "limit must be a number");
  expect_error("/metadata?limit_per_metric=x", 400, "bad_data", "limit_per_metric must be a number");
}

TEST_F(Series, ExemplarsNeedASelector) {
  EXPECT_EQ(get("/query_exemplars?query=1%2B1").status, 204);
  EXPECT_EQ(get("/query_exemplars?query=1%2B1").body, "");
  expect_error("/query_exemplars?query=up&start=2&end=1", 400, "bad_data",
               "end timestamp must not be before start timestamp");
  EXPECT_THAT(get("/query_exemplars?query=up(").body, testing::HasSubstr("\"error\":\"1:"));
}

TEST_F(Series, ExemplarsOfEverySelectorInTheQuery) {
  expect_data("/query_exemplars?query=up", "[]");
  tsdb.known_exemplars = {{Labels::sorted({{"__name__", "up"}}), {{{{"trace_id", "<1>"}}, 1500, 0.25}}}};
  expect_data("/query_exemplars?query=sum(rate(up[5m]))/on()group_left()max_over_time(down[5m:1m])&start=1&end=2",
              "[{\"seriesLabels\":{\"__name__\":\"up\"},\"exemplars\":[{\"labels\":{\"trace_id\":\"<1>\"},"
              "\"value\":\"0.25\",\"timestamp\":1.500}]}]");
  EXPECT_EQ(tsdb.exemplar_selectors, 2u);
  EXPECT_EQ(tsdb.exemplar_range.min_ms, 1000);
  EXPECT_EQ(tsdb.exemplar_range.max_ms, 2000);
}

}  // namespace
}  // namespace sluice::server::query
