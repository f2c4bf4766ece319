#include "storage/tsdb/compactor.h"

#include <algorithm>
#include <limits>
#include <thread>

#include "storage/tsdb/series_merge.h"

namespace sluice::storage {

namespace {

// Sleeps as long as it worked.
class Metronome {
 public:
  explicit Metronome(Pace pace) : pace_(pace), started_(std::chrono::steady_clock::now()) {}
  void rest() {
    if (pace_ == Pace::unhurried) std::this_thread::sleep_for(std::chrono::steady_clock::now() - started_);
    started_ = std::chrono::steady_clock::now();
  }

 private:
  const Pace pace_;
  std::chrono::steady_clock::time_point started_;
};

std::vector<StartChange> changes_of(const SeriesSamples& samples) {
  std::vector<StartChange> changes;
  if (samples.start_times.empty()) return changes;
  std::vector<std::int64_t> times(samples.timestamps_ms.begin(), samples.timestamps_ms.end());
  for (const HistogramPoint& point : samples.histograms) times.push_back(point.timestamp_ms);
  std::sort(times.begin(), times.end());
  auto next = samples.start_times.begin();
  for (const std::int64_t t : times) {
    const bool has = next != samples.start_times.end() && next->timestamp_ms == t;
    note_start(changes, t, has ? next->start_ms : 0, /*newest=*/true);
    if (has) ++next;
  }
  return changes;
}

Result<void> add_merged(const SeriesMerge::Merged& merged, TimelineTable& timelines, BlockBuilder& builder) {
  const SeriesSamples& samples = merged.samples;
  const auto starts = changes_of(samples);
  const SeriesColumns columns{
      samples.timestamps_ms, {samples.values, samples.timestamps_ms.size()}, samples.histograms, starts};
  if (columns.empty()) return {};
  const std::uint32_t timeline = columns.timestamps_ms.empty() ? 0 : timelines.id_of(columns.timestamps_ms);
  std::string entry;
  encode_entry(columns, timeline, entry);
  Extent extent;
  extent.add(columns);
  builder.note(extent);
  return builder.add(merged.series.metric, merged.series.ref, entry);
}

std::vector<TenantNumber> tenants_of(const BlockStore::Blocks& group, Result<void>& status) {
  std::vector<TenantNumber> all;
  for (const auto& block : group) {
    const auto some = block->tenants(status);
    if (!status) return all;
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

std::map<std::int64_t, Compactor::Group> Compactor::by_partition() const {
  std::map<std::int64_t, Group> groups;
  for (const auto& block : store_.blocks->all()) groups[block->info.partition_ms].push_back(block);
  return groups;
}

std::int64_t Compactor::earliest_ms(const Tenant& tenant) const {
  return store_.clock.now_ms() - store_.limits.of(tenant.id).retention_ms;
}

std::int64_t Compactor::earliest_of_all_ms() const {
  std::int64_t earliest = store_.clock.now_ms();
  for (const auto& tenant : store_.tenants.all()) earliest = std::min(earliest, earliest_ms(*tenant));
  return earliest;
}

// Closed: two partitions have passed, so that little still arrives late.
bool Compactor::is_closed(std::int64_t partition_ms) const {
  return partition_ms + 2 * store_.options.partition_ms <= store_.clock.now_ms();
}

bool Compactor::has_expired_tenants(const Group& group) const {
  Result<void> status;
  for (const TenantNumber number : tenants_of(group, status)) {
    const auto tenant = store_.tenants.by_number(number);
    const auto expired = [&](const auto& block) { return tenant && block->info.max_ms < earliest_ms(*tenant); };
    if (std::all_of(group.begin(), group.end(), expired)) return true;
  }
  return false;
}

bool Compactor::worth_merging(std::int64_t partition_ms, const Group& group) const {
  if (!is_closed(partition_ms)) return group.size() >= kFreshBlocksMax;
  return group.size() > 1 || has_expired_tenants(group);
}

std::uint64_t Compactor::backlog() const {
  std::uint64_t blocks = 0;
  for (const auto& [partition, group] : by_partition()) {
    if (group.size() > 1) blocks += group.size() - 1;
  }
  return blocks;
}

Result<void> Compactor::compact_all(std::stop_token stop) {
  const MutexLock lock(mutex_);
  if (auto dropped = drop_expired(); !dropped) return tl::unexpected(dropped.error());
  for (const auto& [partition, group] : by_partition()) {
    if (group.size() < 2 && !has_expired_tenants(group)) continue;
    if (auto merged = merge(partition, group, Pace::full, stop); !merged) return merged;
  }
  return {};
}

Result<bool> Compactor::step(std::stop_token stop) {
  const MutexLock lock(mutex_);
  const auto dropped = drop_expired();
  if (!dropped || *dropped) return dropped;
  for (const auto& [partition, group] : by_partition()) {
    if (worth_merging(partition, group)) return merge(partition, group, Pace::unhurried, stop).map([] { return true; });
  }
  return false;
}

// Whole blocks that no tenant keeps any longer.
Result<bool> Compactor::drop_expired() {
  const std::int64_t earliest = earliest_of_all_ms();
  BlockStore::Change change;
  for (const auto& block : store_.blocks->all()) {
    if (block->info.max_ms < earliest) change.removed.push_back(block->info.id);
  }
  if (change.removed.empty()) return false;
  return commit(change).map([] { return true; });
}

Result<void> Compactor::merge(std::int64_t partition_ms, const Group& group, Pace pace, std::stop_token stop) {
  auto writer = store_.blocks->new_block();
  if (!writer) return tl::unexpected(writer.error());
  BlockBuilder builder(std::move(*writer), partition_ms);
  if (auto merged = merge_tenants(group, builder, pace, stop); !merged) return merged;
  BlockStore::Change change;
  for (const auto& block : group) change.removed.push_back(block->info.id);
  if (!builder.empty()) {
    const auto info = builder.finish(is_closed(partition_ms));
    if (!info) return tl::unexpected(info.error());
    change.added.push_back(*info);
  }
  if (auto committed = commit(change); !committed) return committed;
  ++compactions_;
  return {};
}

Result<void> Compactor::merge_tenants(const Group& group, BlockBuilder& builder, Pace pace,
                                      std::stop_token stop) const {
  Result<void> status;
  for (const TenantNumber number : tenants_of(group, status)) {
    const auto tenant = store_.tenants.by_number(number);
    if (!tenant) return tl::unexpected(damaged_block(group.front()->info.id, "a tenant that is not registered"));
    if (auto merged = merge_tenant(group, *tenant, builder, pace, stop); !merged) return merged;
  }
  return status;
}

Result<void> Compactor::merge_tenant(const Group& group, const Tenant& tenant, BlockBuilder& builder, Pace pace,
                                     std::stop_token stop) const {
  SeriesMerge merge(tenant, group, {earliest_ms(tenant), std::numeric_limits<std::int64_t>::max()});
  if (auto opened = merge.open(); !opened) return opened;
  TimelineTable timelines;
  Metronome metronome(pace);
  builder.begin_tenant(tenant.number);
  while (!merge.done()) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "compaction was stopped");
    // It holds the store open, which may have to be opened again; and it needs space before it gives some back.
    if (!store_.watch.health().writable) return fail(Errc::unavailable, "merging waits until the store is writable");
    if (auto stepped = merge.step(); !stepped) return stepped;
    for (const auto& merged : merge.merged()) {
      if (auto added = add_merged(merged, timelines, builder); !added) return added;
    }
    metronome.rest();
  }
  return builder.end_tenant(timelines);
}

Result<void> Compactor::commit(const BlockStore::Change& change) {
  const auto batch = store_.disk->new_batch();
  return store_.blocks->commit(change, *batch);
}

}  // namespace sluice::storage
