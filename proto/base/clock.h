// proto/base/clock.h
//
// Room: proto/base. What time it is: an object, so that tests may bring their own (tests/support/fake_clock.h).
#pragma once

#include <chrono>
#include <cstdint>

namespace sluice {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const = 0;                                // wall clock, milliseconds since the epoch
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;  // for durations and deadlines
};

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
  std::chrono::steady_clock::time_point steady_now() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace sluice
