// server/tenant/credentials.h
//
// Room: server/tenant. What the Authorization header says. Pure: a stranger's text in, a token or a reason out.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/error.h"

namespace sluice::server {

// The token of `Bearer <token>` or of `Basic base64(<anything>:<token>)`; the user name is ignored and may be empty.
// unauthenticated: absent, another scheme, or damaged; the text says what was expected.
Result<std::string> parse_authorization(std::string_view header);

inline constexpr std::size_t kAuthorizationBytesMax = 4096;

}  // namespace sluice::server
