// server/tenant/limits.h
//
// Room: server/tenant. What one tenant may spend, beyond what storage itself judges. The `limits:` keys of the config
// carry exactly these names; 0 means "no limit" only where a comment says so.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "proto/base/tenant_id.h"
#include "proto/model/limits.h"

namespace sluice::server {

struct QueryLimits {
  std::uint32_t queries_concurrent_max = 100;         // running or waiting for the query pool
  std::int64_t query_timeout_ms_max = 2 * 60 * 1000;  // a request may ask for less, never for more
  std::uint64_t query_body_bytes_max = 4u << 20;      // a form; a selector of a few thousand literals fits
  std::int64_t scrape_interval_ms = 15'000;  // no limit: how often the agents scrape; Kiali derives its charts from it
};

struct TenantLimits {
  StorageLimits storage;
  QueryLimits query;
  std::uint64_t body_bytes_max = 32u << 20;             // one push as it arrives; Prometheus's own limit
  std::uint64_t decoded_bytes_max = 32u << 20;          // the same push uncompressed
  std::uint64_t body_bytes_in_flight_max = 256u << 20;  // of all its pushes being received or stored right now
  double ingestion_rate = 10e6;                         // samples per second; 0: no limit
  std::uint64_t ingestion_burst = 20'000'000;           // samples at once
  int rate_refusal_status = 429;                        // or 503: default Prometheus and OpenTelemetry drop on 429
  bool classic_histograms_to_nhcb = false;              // no limit: also store them as histograms with custom buckets
  bool keep_classic_histograms = true;                  // false: not those that came whole with one push
  std::uint64_t classic_histograms_max = 200'000;       // gathered at once; further ones stay classic
};

enum class Scope : std::uint8_t { write, read, rules, admin };
inline constexpr std::size_t kScopeCount = 4;
const char* scope_name(Scope scope);

// A token as the config knows it: never its text, only its SHA-256.
struct TokenRule {
  std::string name;    // for logs and errors
  std::string sha256;  // 32 bytes, not hex
  std::vector<TenantId> tenants;
  bool scopes[kScopeCount] = {};
  bool may(Scope scope) const { return scopes[static_cast<std::size_t>(scope)]; }
};

// Who may come in and what they may spend: one immutable value, replaced whole on reload.
struct TenantRules {
  bool open = true;  // no tokens asked; no X-Scope-OrgID means tenant `anonymous`
  std::vector<TokenRule> tokens;
  TenantLimits defaults;
  std::map<TenantId, TenantLimits> overrides;  // complete: the defaults are already merged in
  const TenantLimits& limits_of(const TenantId& tenant) const;
};

}  // namespace sluice::server
