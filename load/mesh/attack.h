// load/mesh/attack.h
//
// Room: load/mesh. A scanner sends random Host headers to one pod of the ingress gateway. No route knows them, so the
// proxy counts each under a `destination_service` of its own, and forgets none: new series without end, all from one
// pod.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sluice::load {

struct Attack {
  std::int64_t every_ms = 0;      // between two new headers; 0: never
  std::size_t host_count = 1000;  // then it ends
  std::int64_t since_ms = 0;

  bool ever() const { return every_ms > 0; }
  std::int64_t arrival_ms(std::size_t host) const;  // of the first request with this header
  std::size_t arrived(std::int64_t now_ms) const;
  std::string host_name(std::size_t host, std::uint64_t seed) const;
};

}  // namespace sluice::load
