#include "server/tenant/gate.h"

#include <algorithm>

#include "server/http/status.h"
#include "server/tenant/identity.h"
#include "server/tenant/tenant_state.h"
#include "server/tenant/token_table.h"

namespace sluice::server {
namespace {

constexpr double kBusyRetrySeconds = 1;  // bodies and queries in flight are a matter of moments

std::string how_to_raise(std::string_view limit, const TenantId& tenant) {
  return "; raise limits." + std::string(limit) + " for tenant '" + tenant.text() + "' in the server's config";
}

Denial over_rate(const TenantPass& pass, std::uint64_t count, const TokenBucket::Verdict& verdict) {
  const auto& limits = pass.limits();
  const auto whole = [](double number) { return std::to_string(static_cast<std::uint64_t>(number)); };
  Denial denial(limits.rate_refusal_status, "ingestion_rate",
                "ingestion_rate of " + whole(limits.ingestion_rate) + " samples/s with ingestion_burst " +
                    std::to_string(limits.ingestion_burst) + " exceeded: " + std::to_string(count) + " samples sent, " +
                    whole(verdict.available) + " available" + how_to_raise("ingestion_rate", pass.tenant()));
  denial.retry_after_s = jittered_seconds(verdict.wait_seconds);
  return denial;
}

Denial busy(int status, std::string reason, std::string text) {
  Denial denial(status, std::move(reason), std::move(text));
  denial.retry_after_s = jittered_seconds(kBusyRetrySeconds);
  return denial;
}

}  // namespace

struct Gate::Door {
  explicit Door(TenantRules given)
      : rules(std::make_shared<const TenantRules>(std::move(given))), tokens(rules->tokens) {}
  std::shared_ptr<const TenantRules> rules;
  TokenTable tokens;
};

void add_headers(const Denial& denial, Response& response) {
  if (denial.retry_after_s > 0) set_retry_after(response, denial.retry_after_s);
  if (denial.challenge) response.headers.set("WWW-Authenticate", "Basic realm=\"sluice\", Bearer realm=\"sluice\"");
}

Response answer(const Denial& denial) {
  Response response = text_answer(denial.status, denial.text);
  add_headers(denial, response);
  return response;
}

TenantPass::~TenantPass() {
  if (body_bytes_ > 0) {
    state_->body_bytes.give_back(body_bytes_);
    gate_.body_bytes_in_flight_->give_back(body_bytes_);
  }
  if (queries_ > 0) state_->queries.give_back(queries_);
}

tl::expected<void, Denial> TenantPass::spend_samples(std::uint64_t count) {
  const auto verdict = state_->samples.take(static_cast<double>(count), limits_->ingestion_rate,
                                            static_cast<double>(limits_->ingestion_burst), gate_.clock_.steady_now());
  if (verdict.taken) return {};
  return gate_.denied(tenant_.text(), over_rate(*this, count, verdict));
}

Gate::Gate(const Options& options, const Clock& clock, GateObserver& observer)
    : options_(options),
      clock_(clock),
      observer_(observer),
      door_(std::make_shared<const Door>(TenantRules())),
      body_bytes_in_flight_(std::make_unique<Usage>()) {}

Gate::~Gate() = default;

void Gate::replace_rules(TenantRules rules) {
  auto door = std::make_shared<const Door>(std::move(rules));
  WriteLock lock(mutex_);
  door_ = std::move(door);
}

std::shared_ptr<const Gate::Door> Gate::door() const {
  ReadLock lock(mutex_);
  return door_;
}

TenantLimits Gate::limits_of(const TenantId& tenant) const { return door()->rules->limits_of(tenant); }

std::uint64_t Gate::body_bytes_in_flight() const { return body_bytes_in_flight_->used(); }

tl::unexpected<Denial> Gate::denied(std::string_view tenant, Denial denial) {
  observer_.denied(tenant, denial);
  return tl::unexpected<Denial>(std::move(denial));
}

Gate::Pass Gate::admit(const RequestHead& head, Scope scope) {
  const auto door = this->door();
  const auto token = identify(head, *door->rules, door->tokens, scope);
  if (!token) return denied("", token.error());
  const auto tenant = resolve_tenant(head, *token);
  if (!tenant) return denied("", tenant.error());
  return pass_for(*tenant, *door);
}

Gate::Pass Gate::pass_for(const TenantId& tenant, const Door& door) {
  auto state = state_of(tenant);
  if (!state) return denied("", state.error());
  std::unique_ptr<TenantPass> pass(new TenantPass(*this));
  pass->tenant_ = tenant;
  pass->rules_ = door.rules;
  pass->limits_ = &door.rules->limits_of(tenant);
  pass->state_ = std::move(*state);
  return pass;
}

Gate::Pass Gate::admit_write(const RequestHead& head) {
  auto pass = admit(head, Scope::write);
  if (!pass) return pass;
  if (auto taken = take_body(head, **pass); !taken) return tl::unexpected<Denial>(std::move(taken.error()));
  return pass;
}

Gate::Pass Gate::admit_read(const RequestHead& head) {
  auto pass = admit(head, Scope::read);
  if (!pass) return pass;
  if (auto taken = take_query(**pass); !taken) return tl::unexpected<Denial>(std::move(taken.error()));
  return pass;
}

tl::expected<void, Denial> Gate::admit_admin(const RequestHead& head) {
  const auto door = this->door();
  const auto token = identify(head, *door->rules, door->tokens, Scope::admin);
  if (!token) return denied("", token.error());
  return {};
}

// An unknown length (chunked) is charged as the largest that would be read.
tl::expected<void, Denial> Gate::take_body(const RequestHead& head, TenantPass& pass) {
  const auto& limits = pass.limits();
  const auto bucket = pass.state_->samples.look(1, limits.ingestion_rate, static_cast<double>(limits.ingestion_burst),
                                                clock_.steady_now());
  if (!bucket.taken) return denied(pass.tenant().text(), over_rate(pass, 1, bucket));

  const auto bytes = std::min(head.content_length.value_or(limits.body_bytes_max), limits.body_bytes_max);
  if (!pass.state_->body_bytes.take(bytes, limits.body_bytes_in_flight_max))
    return denied(
        pass.tenant().text(),
        busy(limits.rate_refusal_status, "body_bytes_in_flight_max",
             "body_bytes_in_flight_max of " + std::to_string(limits.body_bytes_in_flight_max) +
                 " exceeded: " + std::to_string(pass.state_->body_bytes.used()) + " in flight, " +
                 std::to_string(bytes) + " more asked" + how_to_raise("body_bytes_in_flight_max", pass.tenant())));
  if (!body_bytes_in_flight_->take(bytes, options_.body_bytes_in_flight_max)) {
    pass.state_->body_bytes.give_back(bytes);
    return denied(pass.tenant().text(),
                  busy(503, "server_body_bytes_in_flight_max",
                       "the server is receiving all it can hold: server.body_bytes_in_flight_max is " +
                           std::to_string(options_.body_bytes_in_flight_max) + ", " +
                           std::to_string(body_bytes_in_flight()) + " in flight"));
  }
  pass.body_bytes_ = bytes;
  return {};
}

tl::expected<void, Denial> Gate::take_query(TenantPass& pass) {
  const auto limit = pass.limits().query.queries_concurrent_max;
  if (!pass.state_->queries.take(1, limit))
    return denied(pass.tenant().text(),
                  busy(503, "queries_concurrent_max",
                       "queries_concurrent_max of " + std::to_string(limit) + " reached by tenant '" +
                           pass.tenant().text() + "'" + how_to_raise("queries_concurrent_max", pass.tenant())));
  pass.queries_ = 1;
  return {};
}

// A stranger may invent tenants in open mode, so idle states are forgotten when there are too many. A forgotten state
// had nothing in flight (only the map held it); its rate bucket starts full again.
tl::expected<std::shared_ptr<TenantState>, Denial> Gate::state_of(const TenantId& tenant) {
  {
    ReadLock lock(states_mutex_);
    if (const auto found = states_.find(tenant.text()); found != states_.end()) return found->second;
  }
  WriteLock lock(states_mutex_);
  if (states_.size() >= options_.tenants_max)
    std::erase_if(states_, [](const auto& e) { return e.second.use_count() == 1; });
  if (states_.size() >= options_.tenants_max)
    return tl::unexpected<Denial>(
        busy(503, "tenants_max",
             "more tenants at once than server.tenants_max, which is " + std::to_string(options_.tenants_max)));
  return states_.try_emplace(tenant.text(), std::make_shared<TenantState>()).first->second;
}

}  // namespace sluice::server
