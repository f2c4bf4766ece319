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

void WorkPool::submit(Job& job, std::uint64_t turn) {
  {
    std::lock_guard lock(mutex_);
    jobs_.push(turn, job);
  }
  wake_.notify_one();
}

void WorkPool::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job& job = static_cast<Job&>(jobs_.pop());  // only Jobs are pushed
    lock.unlock();
    job.run();
  }
}

}  // namespace sluice::server
