#include "server/tenant/limits.h"

namespace sluice::server {

const char* scope_name(Scope scope) {
  switch (scope) {
    case Scope::write: return "write";
    case Scope::read: return "read";
    case Scope::rules: return "rules";
    case Scope::admin: return "admin";
  }
  __builtin_unreachable();
}

const TenantLimits& TenantRules::limits_of(const TenantId& tenant) const {
  const auto found = overrides.find(tenant);
  return found == overrides.end() ? defaults : found->second;
}

}  // namespace sluice::server
