// server/config/units.h
//
// Room: server/config. Numbers as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/error.h"

namespace sluice::server {

std::optional<std::int64_t> parse_duration_text(std::string_view text);  // "1h30m", "500ms", "15d" to milliseconds
std::optional<std::uint64_t> parse_size_text(std::string_view text);     // "32MiB", "512KiB", "2GiB" to bytes

struct Address {
  std::string host;
  std::uint16_t port = 0;
  bool loopback = false;
};
Result<Address> parse_address(std::string_view text);  // "127.0.0.1:9009", "[::1]:9009", ":9009" (every interface)

}  // namespace sluice::server
