#include "load/mesh/attack.h"

#include <algorithm>

#include "load/mesh/names.h"
#include "load/mesh/signal.h"

namespace sluice::load {

std::int64_t Attack::arrival_ms(std::size_t host) const {
  return since_ms + static_cast<std::int64_t>(host) * every_ms;
}

std::size_t Attack::arrived(std::int64_t now_ms) const {
  if (!ever() || now_ms < since_ms) return 0;
  return std::min(host_count, static_cast<std::size_t>((now_ms - since_ms) / every_ms) + 1);
}

std::string Attack::host_name(std::size_t host, std::uint64_t seed) const {
  return hex_digits(mix(mix(seed, 0xa77ac4), host), 12) + ".scan.example";
}

}  // namespace sluice::load
