// server/tenant/token_bucket.h
//
// Room: server/tenant. So many per second, so many at once.
#pragma once

#include <chrono>
#include <cstdint>

#include "proto/base/mutex.h"

namespace sluice::server {

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Takes `count`, or says how many seconds until it could. A count over the burst is let through when the bucket is
  // full and leaves a debt: a batch that can never pass would block its sender for ever. rate 0: no limit.
  // The rate comes with each call, because a reload may change it.
  struct Verdict {
    bool taken = true;
    double wait_seconds = 0;
    double available = 0;  // before taking
  };
  Verdict take(double count, double rate, double burst, Time now) SLUICE_EXCLUDES(mutex_);

  // What take() would say, taking nothing: a cheap look before the body is read.
  Verdict look(double count, double rate, double burst, Time now) SLUICE_EXCLUDES(mutex_);

 private:
  Verdict judge(double count, double rate, double burst, Time now) SLUICE_REQUIRES(mutex_);

  Mutex mutex_;
  double level_ SLUICE_GUARDED_BY(mutex_) = 0;
  bool started_ SLUICE_GUARDED_BY(mutex_) = false;  // the first look finds it full
  Time refilled_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::server
