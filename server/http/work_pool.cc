#include "server/http/work_pool.h"

#include <pthread.h>

namespace sluice::server {

WorkPool::WorkPool(const char* name, unsigned thread_count, std::uint32_t seats_max) : seats_max_(seats_max) {
  for (unsigned i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), name);  // at most 15 characters; what `top -H` shows
  }
}

WorkPool::~WorkPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

WorkPool::Seat WorkPool::try_seat() {
  auto taken = taken_.load(std::memory_order_relaxed);
  do {
    if (taken >= seats_max_) return Seat();
  } while (!taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed));
  return Seat(this);
}

void WorkPool::submit(Job& job) {
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back(&job);
  }
  wake_.notify_one();
}

void WorkPool::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job* job = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    job->run();
  }
}

}  // namespace sluice::server
