#include "server/admin/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "server/tenant/token_table.h"
#include "tests/server/ingest/fake_tsdb.h"

namespace sluice::server {
namespace {

using testing::HasSubstr;

class Administration : public testing::Test {
 protected:
  Administration() { register_admin_routes(router_, {gate_, tsdb_, metrics_, log_, ready_}); }

  Response ask(Method method, std::string_view path, std::string query = "", std::string authorization = "") {
    const auto match = router_.find(method, path);
    if (match.handler == nullptr) return Response(match.allow.empty() ? 404 : 405);
    Request request;
    request.head.method = method;
    request.head.query = std::move(query);
    if (!authorization.empty()) request.head.headers.add("Authorization", std::move(authorization));
    auto decision = match.handler->admit(request.head);
    return decision.refusal ? std::move(*decision.refusal) : match.handler->handle(request, decision.admission.get());
  }

  struct Observer final : GateObserver {
    void denied(std::string_view, const Denial&) override {}
  };
  SystemClock clock_;
  Observer observer_;
  Gate gate_{Gate::Options(), clock_, observer_};
  storage::FakeTsdb tsdb_;
  Metrics metrics_{{.tenants_max = 10, .version = "test"}};
  std::ostringstream lines_;
  Log log_{{LogLevel::info, LogFormat::text}, lines_};
  std::atomic<bool> ready_{true};
  Router router_;
};

TEST_F(Administration, HealthAndReadinessAreAnsweredToAnybody) {
  TenantRules closed;
  closed.open = false;
  gate_.replace_rules(closed);
  EXPECT_EQ(ask(Method::get, "/-/healthy").body, "Sluice is Healthy.\n");
  EXPECT_EQ(ask(Method::head, "/-/healthy").status, 200);
  for (const char* path : {"/-/ready", "/ready"}) {
    EXPECT_EQ(ask(Method::get, path).body, "Sluice is Ready.\n");
    EXPECT_EQ(ask(Method::get, path).status, 200);
  }
  EXPECT_EQ(ask(Method::get, "/metrics").status, 200);
}

TEST_F(Administration, NotReadyWhileDraining) {
  ready_ = false;
  EXPECT_EQ(ask(Method::get, "/-/ready").status, 503);
  EXPECT_EQ(ask(Method::get, "/-/healthy").status, 200);
}

TEST_F(Administration, FlushAndCompactAnswerWhenDone) {
  EXPECT_EQ(ask(Method::post, "/admin/flush", "wait=true").status, 200);
  EXPECT_EQ(ask(Method::post, "/admin/compact", "wait=true").status, 200);
  EXPECT_EQ(tsdb_.flushes, 1);
  EXPECT_EQ(tsdb_.compactions, 1);
}

TEST_F(Administration, WithoutWaitNothingIsDone) {
  const Response response = ask(Method::post, "/admin/flush");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("?wait=true"));
  EXPECT_EQ(tsdb_.flushes, 0);
  EXPECT_EQ(ask(Method::get, "/admin/flush", "wait=true").status, 405);
}

TEST_F(Administration, AFailureIsSaid) {
  tsdb_.flush_outcome = fail(Errc::unavailable, "disk full");
  const Response response = ask(Method::post, "/admin/flush", "wait=true");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "disk full\n");
}

TEST_F(Administration, OperationsWantTheScopeAdmin) {
  TenantRules rules;
  rules.open = false;
  for (const auto& [text, scope] : {std::pair("writer", Scope::write), std::pair("operator", Scope::admin)}) {
    TokenRule token;
    token.name = text;
    token.sha256 = sha256(text);
    token.scopes[static_cast<std::size_t>(scope)] = true;
    rules.tokens.push_back(token);
  }
  gate_.replace_rules(rules);
  EXPECT_EQ(ask(Method::post, "/admin/flush", "wait=true").status, 401);
  EXPECT_EQ(ask(Method::post, "/admin/flush", "wait=true", "Bearer writer").status, 403);
  EXPECT_EQ(tsdb_.flushes, 0);
  EXPECT_EQ(ask(Method::post, "/admin/flush", "wait=true", "Bearer operator").status, 200);
}

TEST_F(Administration, StorageIsInTheMetrics) {
  metrics_.on_scrape([this] { return storage_readings(tsdb_); });
  const Response response = ask(Method::get, "/metrics");
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("# TYPE sluice_storage_commits_total counter\n"));
  EXPECT_THAT(response.body, HasSubstr("sluice_storage_writable 1\n"));
}

}  // namespace
}  // namespace sluice::server
