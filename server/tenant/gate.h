// server/tenant/gate.h
//
// Room: server/tenant. The door: who is asking, for which tenant, and whether there is room. Called on I/O threads from
// Handler::admit(), before the body is read, so a refusal costs microseconds. Knows heads of requests, not bodies.
//
// Thread safety: every method may be called from any thread; nothing blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_map>

#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/base/tenant_id.h"
#include "server/http/handler.h"
#include "server/tenant/limits.h"

namespace sluice::server {

class Gate;
class Usage;
class TenantState;

// Why the door stays closed. `text` names the limit, its value, the usage and how to raise it.
struct Denial {
  int status = 503;
  std::string reason;  // one of a handful of words, fit for a metric's label
  std::string text;
  std::uint32_t retry_after_s = 0;  // 0: none
  bool challenge = false;           // answer with WWW-Authenticate
  Denial() = default;
  Denial(int code, std::string why, std::string words) : status(code), reason(std::move(why)), text(std::move(words)) {}
};
Response answer(const Denial& denial);                       // as plain text, with the headers it asks for
void add_headers(const Denial& denial, Response& response);  // only the headers: for answers in another form

class GateObserver {
 public:
  virtual ~GateObserver() = default;
  // `tenant` is empty when nobody was identified.
  virtual void denied(std::string_view tenant, const Denial& denial) = 0;
};

// The right to go on, and everything taken for it; given back when destroyed. A handler keeps it as its Admission.
class TenantPass final : public Admission {
 public:
  ~TenantPass() override;
  std::uint64_t turn() const override { return std::hash<std::string>{}(tenant_.text()); }
  const TenantId& tenant() const { return tenant_; }
  const TenantLimits& limits() const { return *limits_; }
  // Charges the tenant's ingestion rate. All or nothing.
  tl::expected<void, Denial> spend_samples(std::uint64_t count);

 private:
  friend class Gate;
  explicit TenantPass(Gate& gate) : gate_(gate) {}
  Gate& gate_;
  TenantId tenant_;
  std::shared_ptr<const TenantRules> rules_;  // keeps limits_ alive over a reload
  const TenantLimits* limits_ = nullptr;
  std::shared_ptr<TenantState> state_;
  std::uint64_t body_bytes_ = 0;  // taken from both budgets
  std::uint32_t queries_ = 0;
};

class Gate {
 public:
  struct Options {
    std::uint64_t body_bytes_in_flight_max = 512u << 20;  // of all tenants together
    std::size_t tenants_max = 100'000;                    // states kept; in open mode anybody may name a tenant
  };
  using Pass = tl::expected<std::unique_ptr<TenantPass>, Denial>;

  Gate(const Options& options, const Clock& clock, GateObserver& observer);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Takes effect for the next request; those under way keep the rules they came in with.
  void replace_rules(TenantRules rules) SLUICE_EXCLUDES(mutex_);

  Pass admit_write(const RequestHead& head);  // takes the body's bytes; refuses a tenant that is over its rate
  Pass admit_read(const RequestHead& head);   // takes one of the tenant's queries
  tl::expected<void, Denial> admit_admin(const RequestHead& head);

  TenantLimits limits_of(const TenantId& tenant) const SLUICE_EXCLUDES(mutex_);  // where no request carries a pass
  std::uint64_t body_bytes_in_flight() const;

 private:
  friend class TenantPass;
  struct Door;  // rules and their token table, replaced together
  std::shared_ptr<const Door> door() const SLUICE_EXCLUDES(mutex_);
  Pass admit(const RequestHead& head, Scope scope);
  tl::expected<std::unique_ptr<TenantPass>, Denial> pass_for(const TenantId& tenant, const Door& door);
  tl::expected<void, Denial> take_body(const RequestHead& head, TenantPass& pass);
  tl::expected<void, Denial> take_query(TenantPass& pass);
  tl::expected<std::shared_ptr<TenantState>, Denial> state_of(const TenantId& tenant) SLUICE_EXCLUDES(states_mutex_);
  tl::unexpected<Denial> denied(std::string_view tenant, Denial denial);

  const Options options_;
  const Clock& clock_;
  GateObserver& observer_;

  mutable SharedMutex mutex_;
  std::shared_ptr<const Door> door_ SLUICE_GUARDED_BY(mutex_);

  std::unique_ptr<Usage> body_bytes_in_flight_;
  mutable SharedMutex states_mutex_;
  std::unordered_map<std::string, std::shared_ptr<TenantState>> states_ SLUICE_GUARDED_BY(states_mutex_);
};

}  // namespace sluice::server
