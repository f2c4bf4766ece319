// server/http/deadline.h
//
// Room: server/http. Every wait on a peer has a deadline. Setting one is a store, not a timer: one sweep per I/O thread
// looks at all of them several times a second, so a deadline may fire up to one sweep late.
#pragma once

#include <chrono>

namespace sluice::server {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  void set(std::chrono::milliseconds from_now) { at_ = Clock::now() + from_now; }
  void clear() { at_ = Clock::time_point::max(); }
  bool passed(Clock::time_point now) const { return now >= at_; }

 private:
  Clock::time_point at_ = Clock::time_point::max();
};

}  // namespace sluice::server
