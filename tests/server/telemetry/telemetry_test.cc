#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <thread>

#include "server/telemetry/metrics.h"
#include "server/telemetry/process.h"
#include "server/telemetry/refusal_log.h"

namespace sluice::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class StoppedClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return 0; }
  std::chrono::steady_clock::time_point steady_now() const override { return now; }
  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
};

TEST(Log, WritesTextOrJson) {
  std::ostringstream text, json;
  Log as_text({LogLevel::info, LogFormat::text}, text), as_json({LogLevel::info, LogFormat::json}, json);
  for (Log* log : {&as_text, &as_json}) log->warn("odd \"thing\"", {{"who", "a\nb\"c"}});
  EXPECT_THAT(text.str(), HasSubstr(" warn odd \"thing\" who=\"a\\nb\\\"c\"\n"));
  EXPECT_THAT(json.str(), HasSubstr(R"("level":"warn","message":"odd \"thing\"","who":"a\nb\"c"})"));
  const std::string lines = json.str();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1);
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  std::ostringstream out;
  Log log({LogLevel::warn, LogFormat::text}, out);
  log.info("quiet");
  log.error("loud");
  EXPECT_THAT(out.str(), Not(HasSubstr("quiet")));
  EXPECT_THAT(out.str(), HasSubstr("loud"));
}

class Refusals : public testing::Test {
 protected:
  std::ostringstream out_;
  Log log_{{LogLevel::info, LogFormat::text}, out_};
  StoppedClock clock_;
  RefusalLog refusals_{log_, clock_, std::chrono::seconds(10)};
};

TEST_F(Refusals, AreOneLinePerTenantAndReasonAndInterval) {
  for (int i = 0; i < 100; ++i) refusals_.note("mesh", "rate", 1, "example");
  refusals_.note("mesh", "other", 1, "example");
  refusals_.note("lab", "rate", 1, "example");
  const std::string text = out_.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(text, HasSubstr("count=\"1\""));
}

TEST_F(Refusals, TheNextLineSaysHowManyWereNotWritten) {
  for (int i = 0; i < 100; ++i) refusals_.note("mesh", "rate", 5, "example");
  clock_.now += std::chrono::seconds(11);
  refusals_.note("mesh", "rate", 5, "later");
  EXPECT_THAT(out_.str(), HasSubstr("count=\"500\" example=\"later\""));  // 99 unwritten and this one, 5 each
}

TEST(Metrics, CountPushesByTenant) {
  Metrics metrics({.tenants_max = 10, .version = "1"});
  PushOutcome outcome;
  outcome.tenant = "mesh";
  outcome.samples = 2000;
  outcome.refused = {{"series_limit", 3}};
  metrics.pushed(outcome);
  metrics.pushed(outcome);
  const std::string text = metrics.expose();
  EXPECT_THAT(text, HasSubstr("sluice_push_samples_total{tenant=\"mesh\"} 4000\n"));
  EXPECT_THAT(text, HasSubstr("sluice_push_refused_total{reason=\"series_limit\",tenant=\"mesh\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("sluice_build_info{version=\"1\"} 1"));
}

TEST(Metrics, InventedTenantsShareOneLabel) {
  Metrics metrics({.tenants_max = 3, .version = "1"});
  for (int i = 0; i < 100; ++i) {
    const std::string tenant = "t" + std::to_string(i);
    PushOutcome outcome;
    outcome.tenant = tenant;
    outcome.samples = 1;
    metrics.pushed(outcome);
    metrics.denied(tenant, Denial(429, "rate", "text"));
    metrics.asked({tenant, "query", 200, 0.1, 5});
  }
  const std::string text = metrics.expose();
  EXPECT_THAT(text, HasSubstr("sluice_push_samples_total{tenant=\"{other}\"} 97\n"));
  EXPECT_THAT(text, HasSubstr("sluice_push_samples_total{tenant=\"t2\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("sluice_denied_requests_total{reason=\"rate\",tenant=\"{other}\"} 97\n"));
  EXPECT_THAT(text, HasSubstr("sluice_queries_total{code=\"200\",tenant=\"{other}\"} 97\n"));
  EXPECT_THAT(text, Not(HasSubstr("\"t50\"")));
}

TEST(Metrics, ManyThreadsCountTogether) {
  Metrics metrics({.tenants_max = 3, .version = "1"});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, tenant = "t" + std::to_string(i)] {
      for (int n = 0; n < 500; ++n) {
        PushOutcome outcome;
        outcome.tenant = tenant;
        outcome.samples = 1;
        metrics.pushed(outcome);
        metrics.answered({"/api/v1/push", Method::post, 204, 0.002, 100, 50});
        if (n % 100 == 0) metrics.expose();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const std::string text = metrics.expose();
  EXPECT_THAT(text, HasSubstr("sluice_http_request_seconds_count{route=\"/api/v1/push\"} 2000\n"));
  EXPECT_THAT(text, HasSubstr("sluice_push_samples_total{tenant=\"{other}\"} 500\n"));
}

TEST(Metrics, CountAnswers) {
  Metrics metrics({.tenants_max = 3, .version = "1"});
  metrics.answered({"/api/v1/push", Method::post, 204, 0.002, 100, 50});
  metrics.answered({"", Method::get, 404, 0.001, 0, 50});
  const std::string text = metrics.expose();
  EXPECT_THAT(text, HasSubstr("sluice_http_requests_total{code=\"204\",method=\"POST\",route=\"/api/v1/push\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("sluice_http_requests_total{code=\"404\",method=\"GET\",route=\"\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("sluice_http_request_seconds_count{route=\"/api/v1/push\"} 1\n"));
}

TEST(Metrics, ShowARefusedReload) {
  Metrics metrics({.tenants_max = 3, .version = "1"});
  metrics.config_loaded(true, 1000);
  metrics.config_loaded(false, 2000);
  const std::string text = metrics.expose();
  EXPECT_THAT(text, HasSubstr("sluice_config_last_reload_successful 0\n"));
  EXPECT_THAT(text, HasSubstr("sluice_config_last_reload_success_timestamp_seconds 1000\n"));
  EXPECT_THAT(text, HasSubstr("sluice_config_reload_failures_total 1\n"));
}

TEST(Metrics, ReadOthersWhenScraped) {
  Metrics metrics({.tenants_max = 3, .version = "1"});
  metrics.on_scrape(process_readings);
  const std::string text = metrics.expose();
  EXPECT_THAT(text, HasSubstr("# TYPE sluice_process_cpu_seconds_total counter\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE sluice_process_resident_memory_bytes gauge\n"));
  EXPECT_THAT(text, Not(HasSubstr("sluice_process_open_fds 0\n")));
}

}  // namespace
}  // namespace sluice::server
