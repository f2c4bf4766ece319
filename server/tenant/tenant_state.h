// server/tenant/tenant_state.h
//
// Room: server/tenant. What one tenant is using right now. Survives reloads of the rules; shared by its passes.
#pragma once

#include <atomic>
#include <cstdint>

#include "server/tenant/token_bucket.h"

namespace sluice::server {

// An amount in use that never passes its limit. The limit comes with each call, because a reload may change it.
class Usage {
 public:
  bool take(std::uint64_t amount, std::uint64_t limit) {
    auto now = used_.load(std::memory_order_relaxed);
    do {
      if (amount > limit || now > limit - amount) return false;
    } while (!used_.compare_exchange_weak(now, now + amount, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::uint64_t amount) { used_.fetch_sub(amount, std::memory_order_relaxed); }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> used_{0};
};

class TenantState {
 public:
  TokenBucket samples;
  Usage body_bytes;
  Usage queries;
};

}  // namespace sluice::server
