// /query and /query_range: parameters in the order they are checked, and what an answer looks like.
#include <string>

#include "tests/server/query/api.h"

namespace sluice::server::query {
namespace {

using promql::fake_engine;

constexpr char kRange[] = "/query_range?query=up&start=0&end=60&step=15";

promql::QueryResult scalar(double value, std::int64_t timestamp_ms = 1500) {
  promql::QueryResult result;
  result.value = promql::ScalarResult{timestamp_ms, value};
  return result;
}

class Evaluate : public Api {
 protected:
  // A vector (or matrix) over series named by their `job`.
  promql::ResultSeries series(const std::string& job, std::vector<promql::FloatPoint> points) {
    promql::ResultSeries made;
    made.labels = symbols->view(Labels::sorted({{"__name__", "up"}, {"job", job}}));
    made.floats = std::move(points);
    return made;
  }
  template <class Value>
  void answer(Value value) {
    promql::QueryResult result;
    result.value = std::move(value);
    result.symbols = symbols;
    fake_engine().answer = std::move(result);
  }
  std::shared_ptr<FakeSymbols> symbols = std::make_shared<FakeSymbols>();
};

TEST_F(Evaluate, ScalarHasAPlainTimeAndNeverAnExponent) {
  fake_engine().answer = scalar(1e-7);
  expect_data("/query?query=x", "{\"resultType\":\"scalar\",\"result\":[1.5,\"0.0000001\"]}");
}

TEST_F(Evaluate, StringIsEscapedForHtml) {
  promql::QueryResult result;
  result.value = promql::StringResult{2000, "<b>"};
  fake_engine().answer = result;
  expect_data("/query?query=x", "{\"resultType\":\"string\",\"result\":[2,\"\\u003cb\\u003e\"]}");
}

TEST_F(Evaluate, VectorKeepsItsOrder) {
  answer(promql::VectorResult{{series("b", {{1500, 2}}), series("a<", {{1500, 1e-7}})}});
  expect_data(
      "/query?query=x",
      "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},\"value\":[1.500,\"2\"]},"
      "{\"metric\":{\"__name__\":\"up\",\"job\":\"a<\"},\"value\":[1.500,\"1e-07\"]}]}");
}

TEST_F(Evaluate, EmptyVectorAndMatrixAreEmptyLists) {
  answer(promql::VectorResult{});
  expect_data("/query?query=x", "{\"resultType\":\"vector\",\"result\":[]}");
  answer(promql::MatrixResult{});
  expect_data(kRange, "{\"resultType\":\"matrix\",\"result\":[]}");
}

TEST_F(Evaluate, MatrixShowsOnlyTheListsThatHavePoints) {
  Histogram h;
  h.count = 1;
  const auto histogram = std::make_shared<const Histogram>(h);
  auto both = series("a", {{0, 1}, {15000, 2}});
  both.histograms = {{30000, histogram}};
  auto only = series("b", {});
  only.histograms = {{0, histogram}, {15000, histogram}};
  answer(promql::MatrixResult{{both, only}});
  expect_data(kRange,
              "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},"
              "\"values\":[[0,\"1\"],[15,\"2\"]],\"histograms\":[[30,{\"count\":\"1\",\"sum\":\"0\"}]]},"
              "{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},"
              "\"histograms\":[[0,{\"count\":\"1\",\"sum\":\"0\"}],[15,{\"count\":\"1\",\"sum\":\"0\"}]]}]}");
}

TEST_F(Evaluate, VectorMayHoldHistograms) {
  Histogram h;
  h.count = 1;
  auto element = series("a", {});
  element.histograms = {{1500, std::make_shared<const Histogram>(h)}};
  answer(promql::VectorResult{{element}});
  expect_data("/query?query=x",
              "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},"
              "\"histogram\":[1.500,{\"count\":\"1\",\"sum\":\"0\"}]}]}");
}

// A long answer arrives in pieces that join to what one piece would have been: cut between series and inside them.
TEST_F(Evaluate, LongAnswersComeInPiecesAndLoseNothing) {
  promql::MatrixResult matrix;
  std::string expected = "{\"resultType\":\"matrix\",\"result\":[";
  for (int i = 0; i < 40; ++i) {
    std::vector<promql::FloatPoint> points;
    const std::string job = "job" + std::to_string(i);
    expected +=
        std::string(i == 0 ? "" : ",") + "{\"metric\":{\"__name__\":\"up\",\"job\":\"" + job + "\"},\"values\":[";
    for (int k = 0; k < (i % 3 == 0 ? 9000 : 11); ++k) {
      points.push_back({k * 1000, static_cast<double>(i)});
      expected += std::string(k == 0 ? "" : ",") + "[" + std::to_string(k) + ",\"" + std::to_string(i) + "\"]";
    }
    expected += "]}";
    matrix.series.push_back(series(job, std::move(points)));
  }
  answer(std::move(matrix));
  expect_data(kRange, expected + "]}");
  EXPECT_GT(pieces, 20);
  EXPECT_LT(pieces, 60);
}

TEST_F(Evaluate, LimitCutsSeriesAndWarns) {
  answer(promql::VectorResult{{series("a", {{0, 1}}), series("b", {{0, 2}})}});
  EXPECT_EQ(get("/query?query=x&limit=1").body,
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"up\","
            "\"job\":\"a\"},\"value\":[0,\"1\"]}]},\"warnings\":[\"results truncated due to limit\"]}");
  EXPECT_EQ(get("/query?query=x&limit=2").body, get("/query?query=x&limit=0").body);
}

TEST_F(Evaluate, NoticesAreCutAtTenAndCounted) {
  promql::QueryResult result = scalar(1);
  for (int i = 0; i < 12; ++i) result.warnings.push_back("w" + std::to_string(i));
  result.infos = {"a<b"};
  fake_engine().answer = result;
  EXPECT_EQ(
      get("/query?query=x").body,
      "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1.5,\"1\"]},\"warnings\":[\"w0\",\"w1\","
      "\"w2\",\"w3\",\"w4\",\"w5\",\"w6\",\"w7\",\"w8\",\"w9\",\"2 more warning annotations omitted\"],"
      "\"infos\":[\"a\\u003cb\"]}");
}

TEST_F(Evaluate, StatisticsAppearWhenAskedFor) {
  promql::QueryResult result = scalar(1);
  result.stats.total_queryable_samples = 12;
  result.stats.samples_read = 5;
  result.stats.peak_samples = 7;
  result.stats.eval_seconds = 0.25;
  result.stats.queryable_per_step = {3, 4};
  fake_engine().answer = result;
  const std::string timings =
      ",\"stats\":{\"timings\":{\"evalTotalTime\":0.25,\"resultSortTime\":0,\"queryPreparationTime\":0,"
      "\"innerEvalTime\":0,\"execQueueTime\":0,\"execTotalTime\":0},\"samples\":{";
  const std::string counts = "\"totalQueryableSamples\":12,\"samplesRead\":5,\"peakSamples\":7}}";
  expect_data("/query?query=x&stats=true",
              "{\"resultType\":\"scalar\",\"result\":[1.5,\"1\"]" + timings + counts + "}");
  expect_data(std::string(kRange) + "&stats=all", "{\"resultType\":\"scalar\",\"result\":[1.5,\"1\"]" + timings +
                                                      "\"totalQueryableSamplesPerStep\":[[0,3],[15,4]]," + counts +
                                                      "}");
  EXPECT_THAT(
      get("/query?query=x&stats=yes").body,
      testing::HasSubstr("\"warnings\":[\"value \\\"yes\\\" for parameter \\\"stats\\\" is deprecated and will be "
                         "rejected in the next major release, use \\\"true\\\" or \\\"all\\\"\"]"));
}

TEST_F(Evaluate, AsksTheEngineWhatTheRequestSays) {
  fake_engine().answer = scalar(1);
  get("/query?query=up%2B1");
  EXPECT_EQ(fake_engine().asked.text, "up+1");
  EXPECT_TRUE(fake_engine().asked.instant);
  EXPECT_EQ(fake_engine().asked.start_ms, FrozenClock::kNowMs);
  EXPECT_EQ(fake_engine().asked.deadline, clock.steady_now() + std::chrono::minutes(2));

  get("/query?query=x&time=12.3456&timeout=500ms&lookback_delta=30");
  EXPECT_EQ(fake_engine().asked.end_ms, 12346);
  EXPECT_EQ(fake_engine().asked.deadline, clock.steady_now() + std::chrono::milliseconds(500));
  EXPECT_EQ(fake_engine().asked.lookback_ms, 30'000);

  get("/query_range?query=x&start=2026-01-02T03:04:05.5Z&end=2026-01-02T04:04:06%2B01:00&step=1m&timeout=1h");
  EXPECT_FALSE(fake_engine().asked.instant);
  EXPECT_EQ(fake_engine().asked.start_ms, 1767323045500);
  EXPECT_EQ(fake_engine().asked.end_ms, 1767323046000);
  EXPECT_EQ(fake_engine().asked.step_ms, 60'000);
  EXPECT_EQ(fake_engine().asked.deadline, clock.steady_now() + std::chrono::minutes(2));
}

TEST_F(Evaluate, PostCarriesTheFormInTheBody) {
  fake_engine().answer = scalar(1);
  const Response response = ask(Method::post, "/prometheus/api/v1/query", "stats=", "query=a%2Bb&time=7");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(fake_engine().asked.text, "a+b");
  EXPECT_EQ(fake_engine().asked.start_ms, 7000);
}

TEST_F(Evaluate, RefusesParametersInPrometheusOrder) {
  const std::string start = "invalid parameter \\\"start\\\": ";
  expect_error("/query?limit=-1&time=x", 400, "bad_data",
               "invalid parameter \\\"limit\\\": limit must be non-negative");
  expect_error("/query?limit=x", 400, "bad_data",
               "invalid parameter \\\"limit\\\": strconv.Atoi: parsing \\\"x\\\": invalid syntax");
  expect_error(
      "/query?limit=99999999999999999999", 400, "bad_data",
      "invalid parameter \\\"limit\\\": strconv.Atoi: parsing \\\"99999999999999999999\\\": value out of range");
  expect_error(
      "/query?time=x&timeout=x", 400, "bad_data",
      "invalid parameter \\\"time\\\": invalid time value for 'time': cannot parse \\\"x\\\" to a valid timestamp");
  expect_error("/query?timeout=x&lookback_delta=x", 400, "bad_data",
               "invalid parameter \\\"timeout\\\": cannot parse \\\"x\\\" to a valid duration");
  expect_error(
      "/query?lookback_delta=1e300", 400, "bad_data",
      "error parsing lookback delta duration: cannot parse \\\"1e300\\\" to a valid duration. It overflows int64");
  expect_error("/query_range?query=x", 400, "bad_data", start + "cannot parse \\\"\\\" to a valid timestamp");
  expect_error("/query_range?query=x&start=1&end=z", 400, "bad_data",
               "invalid parameter \\\"end\\\": cannot parse \\\"z\\\" to a valid timestamp");
  expect_error("/query_range?query=x&start=2&end=1&step=x", 400, "bad_data",
               "invalid parameter \\\"end\\\": end timestamp must not be before start time");
  expect_error("/query_range?query=x&start=1&end=2&timeout=x", 400, "bad_data",
               "invalid parameter \\\"step\\\": cannot parse \\\"\\\" to a valid duration");
  for (const char* step : {"0", "-1", "0s"})
    expect_error(
        "/query_range?query=x&start=1&end=2&step=" + std::string(step), 400, "bad_data",
        "invalid parameter \\\"step\\\": zero or negative query resolution step widths are not accepted. Try a "
        "positive integer");
  EXPECT_EQ(fake_engine().calls, 0);
}

TEST_F(Evaluate, AllowsElevenThousandAndOnePoints) {
  answer(promql::MatrixResult{});
  const std::string text =
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)";
  EXPECT_EQ(get("/query_range?query=x&start=0&end=11000&step=1").status, 200);
  EXPECT_EQ(get("/query_range?query=x&start=0&end=11000.999&step=1").status, 200);
  expect_error("/query_range?query=x&start=0&end=11001&step=1", 400, "bad_data", text);
  expect_error("/query_range?query=x&start=0&end=11001000&step=999.9", 400, "bad_data", text);
  expect_error("/query_range?query=x&start=-1e17&end=1e17&step=1h", 400, "bad_data", text);
  EXPECT_EQ(get("/query_range?query=x&start=1e300&end=1e301&step=1h").status, 200);
}

TEST_F(Evaluate, WhatNobodyWaitsForIsNotAsked) {
  expect_error("/query?query=x&timeout=0", 503, "timeout", "query timed out in query execution");
  Request request;
  request.head.path = "/api/v1/query";
  request.head.query = "query=x";
  std::stop_source client;
  request.stop = client.get_token();
  client.request_stop();
  Handler* handler = router.find(Method::get, request.head.path).handler;
  AdmitDecision decision = handler->admit(request.head);
  const Response response = handler->handle(request, decision.admission.get());
  EXPECT_EQ(response.status, 499);
  EXPECT_THAT(response.body, testing::HasSubstr("query was canceled in query execution"));
  EXPECT_EQ(fake_engine().calls, 0);
}

TEST_F(Evaluate, GivesEachKindOfTroubleItsTypeAndCode) {
  const auto fails_with = [](Errc code, const char* text) { fake_engine().answer = fail(code, text); };
  fails_with(Errc::invalid_argument, "1:5: parse error: <oops>");
  expect_error("/query?query=x", 400, "bad_data",
               "invalid parameter \\\"query\\\": 1:5: parse error: \\u003coops\\u003e");
  fails_with(Errc::unprocessable, "vector cannot contain metrics with the same labelset");
  expect_error("/query?query=x", 422, "execution", "vector cannot contain metrics with the same labelset");
  fails_with(Errc::limit_exceeded, "query processing would load too many samples into memory in query execution");
  EXPECT_EQ(get("/query?query=x").status, 422);
  fails_with(Errc::timed_out, "query timed out in expression evaluation");
  expect_error(kRange, 503, "timeout", "query timed out in expression evaluation");
  fails_with(Errc::cancelled, "query was canceled in expression evaluation");
  expect_error(kRange, 499, "canceled", "query was canceled in expression evaluation");
  fails_with(Errc::corrupt, "block 7 is damaged");
  expect_error(kRange, 500, "internal", "block 7 is damaged");
}

}  // namespace
}  // namespace sluice::server::query
