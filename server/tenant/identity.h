// server/tenant/identity.h
//
// Room: server/tenant. From the head of a request and the rules to a tenant, or to the reason why not. Pure.
#pragma once

#include <tl/expected.hpp>

#include "server/http/message.h"
#include "server/tenant/gate.h"
#include "server/tenant/token_table.h"

namespace sluice::server {

// The token's rule; null in open mode. Denials: 401 unknown or no token, 403 the token lacks `scope`.
tl::expected<const TokenRule*, Denial> identify(const RequestHead& head, const TenantRules& rules,
                                                const TokenTable& tokens, Scope scope);

// The tenant that X-Scope-OrgID names, checked against the token; or the token's only tenant when the header is absent.
// Denials: 403 the token is bound to other tenants, 401 no tenant named and none can be derived, 400 malformed.
tl::expected<TenantId, Denial> resolve_tenant(const RequestHead& head, const TokenRule* token);

}  // namespace sluice::server
