// The endpoints behind their router, with an open door, a store of label sets, and a scripted engine.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "server/query/routes.h"
#include "tests/server/query/fake_engine.h"
#include "tests/server/query/fake_tsdb.h"

namespace sluice::server::query {

class FrozenClock final : public Clock {
 public:
  static constexpr std::int64_t kNowMs = 1'700'000'000'500;
  std::int64_t now_ms() const override { return kNowMs; }
  std::chrono::steady_clock::time_point steady_now() const override { return std::chrono::steady_clock::time_point(); }
};

class Unwatched final : public GateObserver {
 public:
  void denied(std::string_view, const Denial&) override {}
};

class Api : public testing::Test {
 protected:
  Api() {
    RuntimeInfo runtime;
    runtime.start_ms = 1'700'000'000'000;
    register_query_routes(
        router, {.engine = engine,
                 .row_cache = row_cache,
                 .tsdb = tsdb,
                 .gate = gate,
                 .clock = clock,
                 .flags = {{"data-dir", "/data"}, {"listen", ":9009"}},
                 .build = {.version = "3.14.0", .revision = "abc", .branch = "", .build_user = "", .build_date = ""},
                 .runtime = runtime});
    promql::fake_engine() = promql::FakeEngine();
  }

  Response ask(Method method, std::string path, std::string query, std::string body = "") {
    Request request;
    request.head.method = method;
    request.head.path = std::move(path);
    request.head.query = std::move(query);
    request.body = std::move(body);
    if (method == Method::post) request.head.headers.add("Content-Type", "application/x-www-form-urlencoded");
    const Router::Match match = router.find(method, request.head.path);
    if (match.handler == nullptr) return Response(match.allow.empty() ? 404 : 405, match.allow, "text/plain");
    AdmitDecision decision = match.handler->admit(request.head);
    if (decision.refusal) return std::move(*decision.refusal);
    Response response = match.handler->handle(request, decision.admission.get());
    while (response.stream && response.stream(response.body)) ++pieces;
    return response;
  }
  // `target` as in a request line, below /api/v1.
  Response get(std::string_view target) {
    const std::size_t mark = std::min(target.find('?'), target.size());
    return ask(Method::get, "/api/v1" + std::string(target.substr(0, mark)),
               std::string(target.substr(std::min(mark + 1, target.size()))));
  }
  void expect_data(std::string_view target, const std::string& data) {
    const Response response = get(target);
    EXPECT_EQ(response.status, 200) << target;
    EXPECT_EQ(response.body, "{\"status\":\"success\",\"data\":" + data + "}") << target;
  }
  void expect_error(std::string_view target, int status, const std::string& type, const std::string& text) {
    const Response response = get(target);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(response.body, "{\"status\":\"error\",\"errorType\":\"" + type + "\",\"error\":\"" + text + "\"}")
        << target;
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  }

  FrozenClock clock;
  Unwatched observer;
  Gate gate{Gate::Options{}, clock, observer};
  promql::Engine engine{promql::EngineOptions{}};
  promql::RowCache row_cache{1 << 20};
  storage::FakeTsdb tsdb;
  Router router;
  int pieces = 0;  // that came after the first
};

}  // namespace sluice::server::query
