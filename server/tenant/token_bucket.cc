#include "server/tenant/token_bucket.h"

#include <algorithm>

namespace sluice::server {

TokenBucket::Verdict TokenBucket::judge(double count, double rate, double burst, Time now) {
  if (!started_) level_ = burst;
  if (started_ && now > refilled_) level_ += rate * std::chrono::duration<double>(now - refilled_).count();
  level_ = std::min(level_, burst);
  refilled_ = std::max(refilled_, now);
  started_ = true;
  const double needed = std::min(count, burst);
  Verdict verdict;
  verdict.available = std::max(level_, 0.0);
  verdict.taken = level_ >= needed;
  if (!verdict.taken) verdict.wait_seconds = (needed - level_) / rate;
  return verdict;
}

TokenBucket::Verdict TokenBucket::take(double count, double rate, double burst, Time now) {
  if (rate <= 0) return {};
  MutexLock lock(mutex_);
  const Verdict verdict = judge(count, rate, burst, now);
  if (verdict.taken) level_ -= count;
  return verdict;
}

TokenBucket::Verdict TokenBucket::look(double count, double rate, double burst, Time now) {
  if (rate <= 0) return {};
  MutexLock lock(mutex_);
  return judge(count, rate, burst, now);
}

}  // namespace sluice::server
