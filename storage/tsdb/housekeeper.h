// storage/tsdb/housekeeper.h
//
// Room: storage/tsdb. The one background thread: flushes when it is time or the journal grows long, gives memory back,
// merges blocks, and asks a disk in trouble whether it feels better.
#pragma once

#include <chrono>
#include <condition_variable>
#include <stop_token>
#include <thread>

#include "proto/base/mutex.h"
#include "storage/tsdb/compactor.h"
#include "storage/tsdb/flusher.h"
#include "storage/tsdb/store.h"

namespace sluice::storage {

class Housekeeper {
 public:
  static constexpr std::chrono::seconds kRound{1};
  static constexpr std::uint64_t kJournalBytesMax = 512u << 20;  // replayed in about a second

  Housekeeper(Store& store, Flusher& flusher, Compactor& compactor);
  ~Housekeeper();  // returns when the thread has ended; a running compaction is given up
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

 private:
  void run(std::stop_token stop);
  void round(std::stop_token stop);
  void tell(const char* what, const Error& error) const;
  bool flush_is_due() const;
  bool head_is_over_budget() const;

  Store& store_;
  Flusher& flusher_;
  Compactor& compactor_;
  std::chrono::steady_clock::time_point next_flush_, retry_compaction_;  // the thread's own
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses what stands above
};

}  // namespace sluice::storage
