// storage/tsdb/lane.h
//
// Room: storage/tsdb. One commit lane: a queue of parts with a leader, as LevelDB's group commit has. The first to
// arrive leads: it takes every waiting part, judges them in turn, journals them with one write and one sync, publishes,
// and wakes the others. Tenants that share a lane take turns in it; a tenant has one lane.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "storage/disk/disk_watch.h"
#include "storage/disk/journal.h"
#include "storage/tsdb/judge.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

struct CommitCounters {
  std::atomic<std::uint64_t> commits{0}, failures{0}, lookup_failures{0};
};

// Thread safety: commit() from any thread.
class Lane {
 public:
  static constexpr std::size_t kGroupPartsMax = 64;
  static constexpr std::size_t kGroupSamplesMax =
      256 * 1024;  // so that one leader does not work for everybody for ever

  struct Door {  // what all lanes share; outlives them
    Journal& journal;
    const BlockStore& blocks;
    DiskWatch& watch;
    const Clock& clock;
    Sync sync;
    CommitCounters& counters;
  };
  explicit Lane(const Door& door) : door_(door), judge_(door.blocks, door.counters.lookup_failures) {}

  // Returns when the part is as durable as asked and visible, or was refused as a whole (unavailable).
  Result<WriteReport> commit(Tenant& tenant, const wire::WriteBatch& batch, const StorageLimits& limits)
      SLUICE_EXCLUDES(queue_mutex_);

  // Held while a group is on its way from judgement to publication: who holds it sees no half commits.
  Mutex& group_mutex() SLUICE_TSA(lock_returned(group_mutex_)) { return group_mutex_; }

 private:
  struct Part {
    Tenant& tenant;
    const wire::WriteBatch& batch;
    const StorageLimits& limits;
    Result<WriteReport> outcome = WriteReport();
    bool done = false;
  };
  std::vector<Part*> take_group() SLUICE_REQUIRES(queue_mutex_);
  void run(std::span<Part* const> group) SLUICE_EXCLUDES(group_mutex_);
  void judge(std::span<Part* const> group) SLUICE_REQUIRES(group_mutex_);
  Result<void> journal() SLUICE_REQUIRES(group_mutex_);
  void publish(std::span<Part* const> group) SLUICE_REQUIRES(group_mutex_);
  void roll_back(std::span<Part* const> group) SLUICE_REQUIRES(group_mutex_);
  static void refuse(std::span<Part* const> group, const Error& error);

  const Door door_;
  Mutex queue_mutex_;
  std::condition_variable_any changed_;
  std::deque<Part*> queue_ SLUICE_GUARDED_BY(queue_mutex_);
  bool led_ SLUICE_GUARDED_BY(queue_mutex_) = false;

  Mutex group_mutex_;
  Judge judge_ SLUICE_GUARDED_BY(group_mutex_);
  std::vector<AcceptedPart> accepted_ SLUICE_GUARDED_BY(group_mutex_);  // by part; reused
  std::vector<std::string> records_ SLUICE_GUARDED_BY(group_mutex_);    // by part; empty: nothing to journal
};

}  // namespace sluice::storage
