// The door: who is let in, for which tenant, and what a refusal says.
#include "server/tenant/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/tenant/token_table.h"

namespace sluice::server {
namespace {

using testing::HasSubstr;

class StoppedClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return 0; }
  std::chrono::steady_clock::time_point steady_now() const override { return now; }
  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
};

TenantId tenant(std::string_view text) { return TenantId::parse(text).value(); }

TokenRule token(std::string name, std::string_view text, std::vector<std::string> tenants, std::vector<Scope> scopes) {
  TokenRule rule;
  rule.name = std::move(name);
  rule.sha256 = sha256(text);
  for (const auto& id : tenants) rule.tenants.push_back(tenant(id));
  for (const Scope scope : scopes) rule.scopes[static_cast<std::size_t>(scope)] = true;
  return rule;
}

TenantRules guarded_rules() {
  TenantRules rules;
  rules.open = false;
  rules.tokens.push_back(token("writer", "w-token", {"mesh"}, {Scope::write}));
  rules.tokens.push_back(token("reader", "r-token", {"mesh"}, {Scope::read}));
  rules.tokens.push_back(token("both", "b-token", {"mesh", "lab"}, {Scope::write, Scope::read}));
  rules.tokens.push_back(token("operator", "a-token", {}, {Scope::admin}));
  return rules;
}

class Door : public testing::Test {
 protected:
  struct Observer final : GateObserver {
    void denied(std::string_view tenant, const Denial& denial) override {
      tenants.emplace_back(tenant);
      reasons.push_back(denial.reason);
    }
    std::vector<std::string> tenants, reasons;
  };

  static RequestHead head(std::vector<std::pair<std::string, std::string>> headers, std::uint64_t length = 100) {
    RequestHead head;
    head.method = Method::post;
    for (auto& [name, value] : headers) head.headers.add(std::move(name), std::move(value));
    head.content_length = length;
    return head;
  }

  StoppedClock clock_;
  Observer observer_;
  Gate gate_{{.body_bytes_in_flight_max = 1000, .tenants_max = 4}, clock_, observer_};
};

struct AuthCase {
  std::string name;
  std::vector<std::pair<std::string, std::string>> headers;
  int write_status, read_status, admin_status;  // 0: let in
  std::string tenant;
};

class AuthMatrix : public Door, public testing::WithParamInterface<AuthCase> {};

TEST_P(AuthMatrix, IsAsMimirsUsersExpect) {
  gate_.replace_rules(guarded_rules());
  const RequestHead request = head(GetParam().headers);
  const auto write = gate_.admit_write(request), read = gate_.admit_read(request);
  const auto admin = gate_.admit_admin(request);
  EXPECT_EQ(write ? 0 : write.error().status, GetParam().write_status);
  EXPECT_EQ(read ? 0 : read.error().status, GetParam().read_status);
  EXPECT_EQ(admin ? 0 : admin.error().status, GetParam().admin_status);
  if (write) {
    EXPECT_EQ((*write)->tenant().text(), GetParam().tenant);
  }
  if (read) {
    EXPECT_EQ((*read)->tenant().text(), GetParam().tenant);
  }
  for (const Denial* denial : {write ? nullptr : &write.error(), read ? nullptr : &read.error()}) {
    if (denial == nullptr) continue;
    EXPECT_FALSE(denial->text.empty());
    EXPECT_EQ(denial->challenge, denial->status == 401);
    EXPECT_THAT(denial->text, testing::Not(HasSubstr("-token")));  // no secret in a refusal
  }
}

const AuthCase kAuthCases[] = {
    {"Nothing", {}, 401, 401, 401, ""},
    {"OnlyTenant", {{"X-Scope-OrgID", "mesh"}}, 401, 401, 401, ""},
    {"UnknownBearer", {{"Authorization", "Bearer nope"}}, 401, 401, 401, ""},
    {"OtherScheme", {{"Authorization", "Digest abc"}}, 401, 401, 401, ""},
    {"EmptyBearer", {{"Authorization", "Bearer "}}, 401, 401, 401, ""},
    {"WriterBearerDerivesTenant", {{"Authorization", "Bearer w-token"}}, 0, 403, 403, "mesh"},
    {"WriterBearerAndTenant", {{"Authorization", "Bearer w-token"}, {"X-Scope-Orgid", "mesh"}}, 0, 403, 403, "mesh"},
    {"BasicEmptyUser", {{"Authorization", "Basic OnctdG9rZW4="}}, 0, 403, 403, "mesh"},        // :w-token
    {"BasicAnyUser", {{"Authorization", "Basic YWxpY2U6dy10b2tlbg=="}}, 0, 403, 403, "mesh"},  // alice:w-token
    {"BasicTenantAsUserIsNoTenant", {{"Authorization", "Basic bGFiOnctdG9rZW4="}}, 0, 403, 403, "mesh"},  // lab:w-token
    {"LowerCaseScheme", {{"authorization", "bearer r-token"}}, 403, 0, 403, "mesh"},
    {"WrongTenant", {{"Authorization", "Bearer w-token"}, {"X-Scope-OrgID", "lab"}}, 403, 403, 403, ""},
    {"MalformedTenantIsAWrongOne", {{"Authorization", "Bearer w-token"}, {"X-Scope-OrgID", "a/b"}}, 403, 403, 403, ""},
    {"TwoTenantsNoneNamed", {{"Authorization", "Bearer b-token"}}, 401, 401, 403, ""},
    {"TwoTenantsOneNamed", {{"Authorization", "Bearer b-token"}, {"X-Scope-OrgID", "lab"}}, 0, 0, 403, "lab"},
    {"TwoTenantsThirdNamed", {{"Authorization", "Bearer b-token"}, {"X-Scope-OrgID", "ops"}}, 403, 403, 403, ""},
    {"TwoTenantHeaders",
     {{"Authorization", "Bearer b-token"}, {"X-Scope-OrgID", "lab"}, {"X-Scope-OrgID", "mesh"}},
     400,
     400,
     403,
     ""},
    {"TwoTokens", {{"Authorization", "Bearer w-token"}, {"Authorization", "Bearer b-token"}}, 400, 400, 400, ""},
    {"Operator", {{"Authorization", "Bearer a-token"}}, 403, 403, 0, ""},
};
INSTANTIATE_TEST_SUITE_P(Guarded, AuthMatrix, testing::ValuesIn(kAuthCases),
                         [](const auto& info) { return info.param.name; });

TEST_F(Door, OpenModeTakesAnybodyAtTheirWord) {
  EXPECT_EQ((*gate_.admit_write(head({})))->tenant().text(), "anonymous");
  EXPECT_EQ((*gate_.admit_read(head({{"X-Scope-OrgID", "mesh"}})))->tenant().text(), "mesh");
  EXPECT_EQ((*gate_.admit_read(head({{"X-Scope-OrgID", ""}})))->tenant().text(), "anonymous");
  EXPECT_TRUE(gate_.admit_admin(head({})));
  EXPECT_EQ(gate_.admit_write(head({{"X-Scope-OrgID", "a|b"}})).error().status, 400);
}

TEST_F(Door, ARefusalIsAnsweredWithItsHeaders) {
  gate_.replace_rules(guarded_rules());
  const Response response = answer(gate_.admit_write(head({})).error());
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(std::string(response.headers.get("WWW-Authenticate")), HasSubstr("Basic"));
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(Door, RateIsChargedInSamplesAndSaysWhenToComeBack) {
  TenantRules rules;
  rules.defaults.ingestion_rate = 100;
  rules.defaults.ingestion_burst = 200;
  gate_.replace_rules(rules);
  const auto pass = gate_.admit_write(head({}));
  ASSERT_TRUE(pass);
  EXPECT_TRUE((*pass)->spend_samples(200));
  const auto refused = (*pass)->spend_samples(150);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_GE(refused.error().retry_after_s, 2u);  // 150 samples at 100 per second, rounded up
  EXPECT_LE(refused.error().retry_after_s, 3u);  // and spread by half
  for (const char* part : {"ingestion_rate of 100", "ingestion_burst 200", "150 samples", "limits.ingestion_rate"})
    EXPECT_THAT(refused.error().text, HasSubstr(part));
  clock_.now += std::chrono::milliseconds(1500);
  EXPECT_TRUE((*pass)->spend_samples(150));
}

TEST_F(Door, ATenantOverItsRateIsRefusedBeforeItsBodyIsRead) {
  TenantRules rules;
  rules.defaults.ingestion_rate = 100;
  rules.defaults.ingestion_burst = 200;
  rules.defaults.rate_refusal_status = 503;
  gate_.replace_rules(rules);
  ASSERT_TRUE((*gate_.admit_write(head({})))->spend_samples(1000));  // over the burst: let through, at a debt
  const auto refused = gate_.admit_write(head({}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 503);
  EXPECT_GE(refused.error().retry_after_s, 8u);
  EXPECT_EQ(observer_.reasons, std::vector<std::string>{"ingestion_rate"});
  EXPECT_EQ(observer_.tenants, std::vector<std::string>{"anonymous"});
  EXPECT_TRUE(gate_.admit_write(head({{"X-Scope-OrgID", "other"}})));  // nobody pays for another's debt
}

TEST_F(Door, BytesInFlightAreBoundedPerTenantAndGivenBack) {
  TenantRules rules;
  rules.defaults.body_bytes_in_flight_max = 500;
  gate_.replace_rules(rules);
  auto first = gate_.admit_write(head({}, 400));
  ASSERT_TRUE(first);
  const auto refused = gate_.admit_write(head({}, 200));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "body_bytes_in_flight_max");
  EXPECT_THAT(refused.error().text, HasSubstr("400 in flight"));
  first->reset();
  EXPECT_EQ(gate_.body_bytes_in_flight(), 0u);
  EXPECT_TRUE(gate_.admit_write(head({}, 200)));
}

TEST_F(Door, BytesInFlightAreBoundedOverAll) {
  const auto a = gate_.admit_write(head({{"X-Scope-OrgID", "a"}}, 600));
  const auto b = gate_.admit_write(head({{"X-Scope-OrgID", "b"}}, 600));
  ASSERT_TRUE(a);
  ASSERT_FALSE(b);
  EXPECT_EQ(b.error().status, 503);
  EXPECT_EQ(b.error().reason, "server_body_bytes_in_flight_max");
  EXPECT_TRUE(gate_.admit_write(head({{"X-Scope-OrgID", "b"}}, 400)));
}

TEST_F(Door, AnUnknownLengthIsChargedInFull) {
  TenantRules rules;
  rules.defaults.body_bytes_max = 700;
  gate_.replace_rules(rules);
  RequestHead chunked = head({});
  chunked.content_length.reset();
  const auto pass = gate_.admit_write(chunked);
  ASSERT_TRUE(pass);
  EXPECT_EQ(gate_.body_bytes_in_flight(), 700u);
}

TEST_F(Door, QueriesAreCountedPerTenant) {
  TenantRules rules;
  rules.defaults.query.queries_concurrent_max = 1;
  gate_.replace_rules(rules);
  auto first = gate_.admit_read(head({}));
  ASSERT_TRUE(first);
  const auto refused = gate_.admit_read(head({}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 503);
  EXPECT_GE(refused.error().retry_after_s, 1u);
  EXPECT_TRUE(gate_.admit_read(head({{"X-Scope-OrgID", "other"}})));
  first->reset();
  EXPECT_TRUE(gate_.admit_read(head({})));
}

TEST_F(Door, InventedTenantsAreForgottenAndBusyOnesAreNot) {
  const auto busy = gate_.admit_read(head({{"X-Scope-OrgID", "busy"}}));
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(gate_.admit_read(head({{"X-Scope-OrgID", "t" + std::to_string(i)}}))) << i;
  std::vector<Gate::Pass> passes;
  for (int i = 0; i < 3; ++i) passes.push_back(gate_.admit_read(head({{"X-Scope-OrgID", "p" + std::to_string(i)}})));
  const auto refused = gate_.admit_read(head({{"X-Scope-OrgID", "one-more"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "tenants_max");
}

TEST_F(Door, OverridesApplyToTheirTenantOnly) {
  TenantRules rules;
  rules.overrides[tenant("mesh")] = rules.defaults;
  rules.overrides[tenant("mesh")].storage.active_series_max = 7;
  gate_.replace_rules(rules);
  EXPECT_EQ(gate_.limits_of(tenant("mesh")).storage.active_series_max, 7u);
  EXPECT_EQ(gate_.limits_of(tenant("other")).storage.active_series_max, StorageLimits().active_series_max);
}

TEST_F(Door, AReloadTakesTokensAwayAndLeavesPassesAlone) {
  gate_.replace_rules(guarded_rules());
  const auto request = head({{"Authorization", "Bearer w-token"}});
  const auto pass = gate_.admit_write(request);
  ASSERT_TRUE(pass);
  TenantRules fewer = guarded_rules();
  fewer.tokens.erase(fewer.tokens.begin());
  gate_.replace_rules(fewer);
  EXPECT_EQ(gate_.admit_write(request).error().status, 401);
  EXPECT_EQ((*pass)->limits().body_bytes_max, TenantLimits().body_bytes_max);
  EXPECT_TRUE((*pass)->spend_samples(10));
}

// For ThreadSanitizer as much as for the counts: requests of several threads while the rules are replaced.
TEST_F(Door, ManyThreadsAndAReloadLeaveNothingTaken) {
  struct Ignore final : GateObserver {
    void denied(std::string_view, const Denial&) override {}
  } ignore;
  Gate gate({.body_bytes_in_flight_max = 100'000, .tenants_max = 4}, clock_, ignore);
  gate.replace_rules(guarded_rules());
  const auto request = head({{"Authorization", "Bearer b-token"}, {"X-Scope-OrgID", "lab"}});
  std::atomic<int> admitted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 2000; ++n) {
        const auto write = gate.admit_write(request), read = gate.admit_read(request);
        if (write && read && (*write)->spend_samples(1)) ++admitted;
      }
    });
  }
  for (int n = 0; n < 200; ++n) gate.replace_rules(guarded_rules());
  for (auto& client : clients) client.join();
  EXPECT_EQ(admitted, 4 * 2000);
  EXPECT_EQ(gate.body_bytes_in_flight(), 0u);
}

}  // namespace
}  // namespace sluice::server
