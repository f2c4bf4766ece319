// server/telemetry/refusal_log.h
//
// Room: server/telemetry. A tenant that is refused is refused thousands of times a minute. One line per tenant and
// reason and interval says so, and how many it stands for.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "server/telemetry/log.h"

namespace sluice::server {

class RefusalLog {
 public:
  RefusalLog(Log& log, const Clock& clock, std::chrono::seconds interval)
      : log_(log), clock_(clock), interval_(interval) {}

  // `count`: how many requests or samples were refused this time. `example` goes into the line that is written.
  void note(std::string_view tenant, std::string_view reason, std::uint64_t count, std::string_view example)
      SLUICE_EXCLUDES(mutex_);

 private:
  static constexpr std::size_t kEntriesMax = 10'000;  // strangers may invent tenants
  struct Entry {
    std::chrono::steady_clock::time_point written_at;
    std::uint64_t unwritten = 0;
  };
  void forget_old(std::chrono::steady_clock::time_point now) SLUICE_REQUIRES(mutex_);

  Log& log_;
  const Clock& clock_;
  const std::chrono::seconds interval_;
  Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::server
