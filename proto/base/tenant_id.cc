#include "proto/base/tenant_id.h"

#include <algorithm>

namespace sluice {
namespace {

bool allowed(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view("!-_.*'()").find(c) != std::string_view::npos;
}

}  // namespace

Result<TenantId> TenantId::parse(std::string_view text) {
  if (text.empty()) return fail(Errc::invalid_argument, "tenant ID is empty: send one in X-Scope-OrgID");
  if (text.size() > kBytesMax)
    return fail(Errc::invalid_argument, "tenant ID is longer than " + std::to_string(kBytesMax) + " bytes");
  if (text == "." || text == "..") return fail(Errc::invalid_argument, "tenant ID must not be '.' or '..'");
  const auto bad = std::find_if_not(text.begin(), text.end(), allowed);
  if (bad != text.end())
    return fail(Errc::invalid_argument, "tenant ID contains a character outside [a-zA-Z0-9!_.*'()-] at byte " +
                                            std::to_string(bad - text.begin()));
  return TenantId(std::string(text));
}

TenantId TenantId::anonymous() { return TenantId("anonymous"); }

}  // namespace sluice
