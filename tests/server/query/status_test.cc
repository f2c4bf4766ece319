// Syntax, status, rules: what does not look at series. And the door in front of everything.
#include "tests/server/query/api.h"

namespace sluice::server::query {
namespace {

class Status : public Api {};

TEST_F(Status, BuildinfoHasNoFeatures) {
  expect_data("/status/buildinfo",
              "{\"version\":\"3.14.0\",\"revision\":\"abc\",\"branch\":\"\",\"buildUser\":\"\",\"buildDate\":\"\","
              "\"goVersion\":\"\"}");
}

TEST_F(Status, ConfigTellsTheScrapeInterval) {
  expect_data("/status/config", "{\"yaml\":\"global:\\n  scrape_interval: 15s\\n  evaluation_interval: 15s\\n\"}");
}

TEST_F(Status, FlagsAreTexts) { expect_data("/status/flags", "{\"data-dir\":\"/data\",\"listen\":\":9009\"}"); }

TEST_F(Status, RuntimeinfoHasTimesThatKialiCanRead) {
  const std::string body = get("/status/runtimeinfo").body;
  EXPECT_THAT(body, testing::HasSubstr("{\"startTime\":\"2023-11-14T22:13:20Z\""));
  EXPECT_THAT(body, testing::HasSubstr("\"serverTime\":\"2023-11-14T22:13:20.5Z\""));
  EXPECT_THAT(body, testing::HasSubstr("\"lastConfigTime\":\"2023-11-14T22:13:20Z\""));
  EXPECT_THAT(body, testing::HasSubstr("\"storageRetention\":\"15d\"}"));
}

TEST_F(Status, TsdbCountsAndChecksItsLimit) {
  tsdb.known_stats.series = 5;
  tsdb.known_stats.min_time_ms = -1;
  tsdb.known_cardinality.series_by_pair = {{"job=a<", 3}};
  const std::string data =
      "{\"headStats\":{\"numSeries\":5,\"numLabelPairs\":0,\"chunkCount\":0,\"minTime\":-1,\"maxTime\":0},"
      "\"seriesCountByMetricName\":[],\"labelValueCountByLabelName\":[],\"memoryInBytesByLabelName\":[],"
      "\"seriesCountByLabelValuePair\":[{\"name\":\"job=a\\u003c\",\"value\":3}]}";
  expect_data("/status/tsdb", data);
  EXPECT_EQ(tsdb.cardinality_limit, 10u);
  expect_data("/status/tsdb?limit=10000", data);
  EXPECT_EQ(tsdb.cardinality_limit, 10'000u);
  expect_error("/status/tsdb?limit=0", 400, "bad_data", "limit must be a positive number");
  expect_error("/status/tsdb?limit=x", 400, "bad_data", "limit must be a positive number");
  expect_error("/status/tsdb?limit=10001", 400, "bad_data", "limit must not exceed 10000");
}

TEST_F(Status, RulesAndAlertsAreEmptyButTheirParametersAreChecked) {
  expect_data("/rules", "{\"groups\":[]}");
  expect_data("/rules?type=Alert&exclude_alerts=true&group_limit=5", "{\"groups\":[]}");
  expect_data("/alerts", "{\"alerts\":[]}");
  expect_error("/rules?type=x", 400, "bad_data", "invalid parameter \\\"type\\\": not supported value \\\"x\\\"");
  expect_error("/rules?exclude_alerts=x", 400, "bad_data",
               "invalid parameter \\\"exclude_alerts\\\": error converting exclude_alerts: strconv.ParseBool: parsing "
               "\\\"x\\\": invalid syntax");
  expect_error(
      "/rules?group_next_token=x", 400, "bad_data",
      "invalid parameter \\\"group_next_token\\\": group_limit needs to be present in order to paginate over the "
      "groups");
  expect_error("/rules?group_limit=0", 400, "bad_data",
               "invalid parameter \\\"group_limit\\\": group_limit needs to be greater than 0");
  expect_error("/rules?group_limit=1&group_next_token=x", 400, "bad_data",
               "invalid parameter \\\"group_next_token\\\": invalid group_next_token 'x'. were rule groups changed?");
}

TEST_F(Status, SyntaxEndpointsReadWithoutData) {
  expect_data("/format_query?query=a%3E1", "\"a \\u003e 1\"");
  expect_data("/parse_query?query=1", "{\"type\":\"numberLiteral\",\"val\":\"1\"}");
  EXPECT_THAT(get("/format_query?query=(").body, testing::HasSubstr("invalid parameter \\\"query\\\": 1:"));
  EXPECT_THAT(get("/parse_query?query=(").body, testing::HasSubstr("invalid parameter \\\"query\\\": 1:"));
}

TEST_F(Status, WrongMethodsAndUnknownPathsAreTheRouters) {
  EXPECT_EQ(ask(Method::post, "/api/v1/label/job/values", "").status, 405);
  EXPECT_EQ(ask(Method::post, "/api/v1/metadata", "").status, 405);
  EXPECT_EQ(ask(Method::put, "/api/v1/query", "").body, "GET, POST");
  EXPECT_EQ(ask(Method::get, "/api/v1/search/metric_names", "").status, 404);
}

TEST_F(Status, ClosedDoorAnswersInTheEnvelope) {
  TenantRules rules;
  rules.open = false;
  gate.replace_rules(std::move(rules));
  const Response response = get("/query?query=1");
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.headers.has("WWW-Authenticate"));
  EXPECT_THAT(response.body, testing::StartsWith("{\"status\":\"error\",\"errorType\":\"unauthorized\",\"error\":\""));
}

TEST_F(Status, RefusalsOfTheConnectionAreWrappedToo) {
  RequestHead head;
  Response response(503, "the query pool is full\n", "text/plain; charset=utf-8");
  router.find(Method::get, "/api/v1/query").handler->finish(head, response);
  EXPECT_EQ(response.body, "{\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"the query pool is full\"}");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
}

}  // namespace
}  // namespace sluice::server::query
