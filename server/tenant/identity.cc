#include "server/tenant/identity.h"

#include <algorithm>

#include "server/http/text.h"
#include "server/tenant/credentials.h"

namespace sluice::server {
namespace {

constexpr std::string_view kTenantHeader = "X-Scope-OrgID";

tl::unexpected<Denial> deny(int status, std::string reason, std::string text) {
  return tl::unexpected<Denial>(Denial(status, std::move(reason), std::move(text)));
}

tl::unexpected<Denial> challenge(std::string reason, std::string text) {
  Denial denial(401, std::move(reason), std::move(text));
  denial.challenge = true;
  return tl::unexpected<Denial>(std::move(denial));
}

// A header that decides who is asking must not come twice: a proxy in front may have looked at the other one.
bool repeated(const Headers& headers, std::string_view name) {
  const auto& all = headers.all();
  return std::count_if(all.begin(), all.end(), [&](const auto& f) { return equal_ignoring_case(f.first, name); }) > 1;
}

std::string list_of(const std::vector<TenantId>& tenants) {
  std::string text;
  for (const TenantId& tenant : tenants) text += (text.empty() ? "" : ", ") + tenant.text();
  return text;
}

tl::expected<TenantId, Denial> derived(const TokenRule* token) {
  if (token == nullptr) return TenantId::anonymous();
  if (token->tenants.size() == 1) return token->tenants.front();
  return challenge("no_tenant", "no org id: this token may act for several tenants (" + list_of(token->tenants) +
                                    "); name one in X-Scope-OrgID");
}

}  // namespace

tl::expected<const TokenRule*, Denial> identify(const RequestHead& head, const TenantRules& rules,
                                                const TokenTable& tokens, Scope scope) {
  if (rules.open) return nullptr;
  if (repeated(head.headers, "Authorization")) return deny(400, "bad_request", "more than one Authorization header");
  const auto token = parse_authorization(head.headers.get("Authorization"));
  if (!token) return challenge("no_token", token.error().detail());
  const TokenRule* rule = tokens.find(*token);
  if (rule == nullptr) return challenge("unknown_token", "unknown token");
  if (!rule->may(scope))
    return deny(403, "missing_scope",
                "token '" + rule->name + "' lacks the scope '" + scope_name(scope) +
                    "'; it is granted under `tokens:` in the server's config");
  return rule;
}

tl::expected<TenantId, Denial> resolve_tenant(const RequestHead& head, const TokenRule* token) {
  if (repeated(head.headers, kTenantHeader)) return deny(400, "bad_request", "more than one X-Scope-OrgID header");
  const auto named = trim(head.headers.get(kTenantHeader));
  if (named.empty()) return derived(token);
  const auto allowed = [&](const TenantId& tenant) { return tenant.text() == named; };
  if (token != nullptr && std::none_of(token->tenants.begin(), token->tenants.end(), allowed))
    return deny(403, "wrong_tenant", "token '" + token->name + "' may not act for the tenant in X-Scope-OrgID");
  auto tenant = TenantId::parse(named);
  if (!tenant) return deny(400, "bad_tenant", tenant.error().detail());
  return std::move(*tenant);
}

}  // namespace sluice::server
