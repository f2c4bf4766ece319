// server/http/work_pool.h
//
// Room: server/http. Threads for what computes or blocks. The number of requests in a pool is bounded by its seats: a
// full house says so at once, because a long queue only turns overload into timeouts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "server/http/turn_queue.h"

namespace sluice::server {

class WorkPool {
 public:
  // Owned by whoever submits it; must stay alive until run() has returned.
  class Job : public Queued {
   public:
    virtual ~Job() = default;
    virtual void run() = 0;
  };

  // The right to submit; given back when destroyed.
  class Seat {
   public:
    Seat() = default;
    Seat(Seat&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
    Seat& operator=(Seat&& other) noexcept {
      std::swap(pool_, other.pool_);
      return *this;
    }
    ~Seat() {
      if (pool_ != nullptr) pool_->taken_.fetch_sub(1, std::memory_order_relaxed);
    }
    explicit operator bool() const { return pool_ != nullptr; }

   private:
    friend class WorkPool;
    explicit Seat(WorkPool* pool) : pool_(pool) {}
    WorkPool* pool_ = nullptr;
  };

  WorkPool(const char* name, unsigned thread_count, std::uint32_t seats_max);
  ~WorkPool();  // runs what was submitted, then joins
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  Seat try_seat();  // false when all are taken
  // By the holder of a seat, or for the next piece of an answer that had one. Jobs of different `turn` take turns.
  void submit(Job& job, std::uint64_t turn);
  std::uint32_t seats_taken() const { return taken_.load(std::memory_order_relaxed); }
  std::uint32_t seats_max() const { return seats_max_; }

 private:
  void work();

  const std::uint32_t seats_max_;
  std::atomic<std::uint32_t> taken_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  TurnQueue jobs_;         // under mutex_
  bool stopping_ = false;  // under mutex_
  std::vector<std::thread> threads_;
};

}  // namespace sluice::server
