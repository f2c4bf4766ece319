// storage/tsdb/compactor.h
//
// Room: storage/tsdb. Blocks towards their final form, one per partition, and away when nobody keeps them any longer.
// Merging also leaves out what a tenant with a shorter retention no longer keeps.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <span>
#include <stop_token>

#include "proto/base/mutex.h"
#include "storage/tsdb/block_builder.h"
#include "storage/tsdb/piece_reader.h"
#include "storage/tsdb/store.h"

namespace sluice::storage {

// How fast merging may go. Unhurried leaves the other half of a core and the disk to those who wait for answers.
enum class Pace : bool { unhurried, full };

// Thread safety: every method may be called from any thread; compactions happen one at a time.
class Compactor {
 public:
  static constexpr std::size_t kFreshBlocksMax =
      8;  // of a partition that is still being written, before they are merged

  explicit Compactor(Store& store) : store_(store) {}

  // Everything that can be done now: retention, then every partition with more than one block.
  Result<void> compact_all(std::stop_token stop) SLUICE_EXCLUDES(mutex_);
  // The next useful step, if any. True: there was one.
  Result<bool> step(std::stop_token stop) SLUICE_EXCLUDES(mutex_);

  std::uint64_t compactions() const { return compactions_; }
  std::uint64_t backlog() const;  // blocks that wait to be merged into others

 private:
  using Group = BlockStore::Blocks;  // of one partition, ascending by id
  std::map<std::int64_t, Group> by_partition() const;
  bool is_closed(std::int64_t partition_ms) const;
  bool has_expired_tenants(const Group& group) const;
  bool worth_merging(std::int64_t partition_ms, const Group& group) const;

  Result<bool> drop_expired() SLUICE_REQUIRES(mutex_);
  Result<void> merge(std::int64_t partition_ms, const Group& group, Pace pace, std::stop_token stop)
      SLUICE_REQUIRES(mutex_);
  Result<void> merge_tenants(const Group& group, BlockBuilder& builder, Pace pace, std::stop_token stop) const;
  Result<void> merge_tenant(const Group& group, const Tenant& tenant, BlockBuilder& builder, Pace pace,
                            std::stop_token stop) const;
  Result<void> commit(const BlockStore::Change& change);
  std::int64_t earliest_ms(const Tenant& tenant) const;
  std::int64_t earliest_of_all_ms() const;

  Store& store_;
  Mutex mutex_;
  std::atomic<std::uint64_t> compactions_{0};
};

}  // namespace sluice::storage
