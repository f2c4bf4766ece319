// proto/base/tenant_id.h
//
// Room: proto/base. To hold a TenantId is to know that TenantId::parse accepted it.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "proto/base/error.h"

namespace sluice {

class TenantId {
 public:
  static constexpr std::size_t kBytesMax = 150;  // Mimir's limit, so that its users can move

  // Mimir's rules: 1 to 150 bytes of [a-zA-Z0-9] and !-_.*'() ; not "." and not "..".
  static Result<TenantId> parse(std::string_view text);
  static TenantId anonymous();  // who writes and asks without X-Scope-OrgID in open mode

  TenantId() = default;  // anonymous-less empty value; only so that containers and awaitables may hold one
  const std::string& text() const { return text_; }
  friend auto operator<=>(const TenantId&, const TenantId&) = default;

 private:
  explicit TenantId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace sluice
