#include "storage/tsdb/tsdb.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "storage/disk/rocks_disk.h"
#include "storage/tsdb/housekeeper.h"
#include "storage/tsdb/open_tsdb.h"
#include "storage/tsdb/source.h"
#include "storage/tsdb/store.h"

namespace sluice::storage {

namespace {

constexpr std::chrono::seconds kLockWait{5};

// What is there while the directory is open. In one object, so that close() can let go of all of it.
struct OpenTsdb {
  explicit OpenTsdb(std::unique_ptr<Store> opened) : store(std::move(opened)), flusher(*store), compactor(*store) {
    if (store->options.background) housekeeper = std::make_unique<Housekeeper>(*store, flusher, compactor);
  }
  const std::unique_ptr<Store> store;
  Flusher flusher;
  Compactor compactor;
  std::unique_ptr<Housekeeper> housekeeper;
};

tl::unexpected<Error> closed() { return fail(Errc::unavailable, "the store is closed: the server is shutting down"); }

std::vector<NameCount> name_counts(const std::vector<SeriesIndex::Count>& counts) {
  std::vector<NameCount> out;
  for (const auto& count : counts) out.push_back({count.name, count.value});
  return out;
}

class TsdbOnDisk final : public Tsdb {
 public:
  explicit TsdbOnDisk(std::unique_ptr<Store> store) : open_(std::make_shared<OpenTsdb>(std::move(store))) {}

  Result<WriteReport> append(const TenantId& id, const wire::WriteBatch& batch, const StorageLimits& limits) override {
    const auto open = hold();
    if (!open) return closed();
    auto tenant = open->store->tenants.find(id);
    if (!tenant) {
      auto created = create(*open->store, id);
      if (!created) return tl::unexpected(created.error());
      tenant = std::move(*created);
    }
    return open->store->lane_of(*tenant).commit(*tenant, batch, limits);
  }

  std::shared_ptr<const SeriesSource> source(const TenantId& id) override {
    const auto open = hold();
    const auto tenant = open ? open->store->tenants.find(id) : nullptr;
    if (!tenant) return std::make_shared<EmptySource>();
    const std::int64_t earliest_ms = open->store->clock.now_ms() - open->store->limits.of(id).retention_ms;
    return std::make_shared<TenantSource>(tenant, open->store->blocks, earliest_ms);
  }

  std::vector<MetricMetadata> metadata(const TenantId& id) override {
    const auto tenant = find(id);
    return tenant ? tenant->metadata.all() : std::vector<MetricMetadata>();
  }

  Result<std::vector<SeriesExemplars>> exemplars(const TenantId& id, const std::vector<std::vector<Matcher>>& selectors,
                                                 TimeRangeMs range) override;
  TenantStats tenant_stats(const TenantId& id) override;
  Cardinality cardinality(const TenantId& id, std::size_t limit) override;
  std::vector<TenantId> tenants() override;
  TsdbStats stats() override;

  void set_limits(std::function<StorageLimits(const TenantId&)> limits_of) override {
    if (const auto open = hold()) open->store->limits.set(std::move(limits_of));
  }

  Result<void> flush() override {
    const auto open = hold();
    if (!open) return closed();
    auto flushed = open->flusher.flush();
    open->flusher.evict();
    return flushed;
  }

  Result<void> compact() override {
    const auto open = hold();
    if (!open) return closed();
    return open->compactor.compact_all(stop_.get_token());
  }

  // Whoever is inside finishes first; the directory is free when the last of them, and the last source, has gone.
  Result<void> close() override {
    std::shared_ptr<OpenTsdb> open;
    {
      const MutexLock lock(mutex_);
      open.swap(open_);
    }
    if (!open) return {};
    stop_.request_stop();
    open->housekeeper.reset();
    return open->flusher.flush();
  }

 private:
  std::shared_ptr<OpenTsdb> hold() const SLUICE_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return open_;
  }
  std::shared_ptr<Tenant> find(const TenantId& id) const {
    const auto open = hold();
    return open ? open->store->tenants.find(id) : nullptr;
  }
  static Result<std::shared_ptr<Tenant>> create(Store& store, const TenantId& id) {
    if (auto admitted = store.watch.admit(); !admitted) return tl::unexpected(admitted.error());
    auto created = store.tenants.find_or_create(id);
    if (!created) store.watch.failed(created.error());
    return created;
  }

  mutable Mutex mutex_;
  std::shared_ptr<OpenTsdb> open_ SLUICE_GUARDED_BY(mutex_);
  std::stop_source stop_;
};

Result<std::vector<SeriesExemplars>> TsdbOnDisk::exemplars(const TenantId& id,
                                                           const std::vector<std::vector<Matcher>>& selectors,
                                                           TimeRangeMs range) {
  std::vector<SeriesExemplars> found;
  const auto tenant = find(id);
  if (!tenant) return found;
  std::vector<SeriesRef> refs;
  for (const auto& selector : selectors) {
    const auto selected = tenant->index.select({selector});
    if (!selected) return tl::unexpected(selected.error());
    refs.insert(refs.end(), selected->begin(), selected->end());
  }
  std::sort(refs.begin(), refs.end());
  for (auto& [ref, exemplars] : tenant->exemplars.find(refs, range)) {
    found.push_back({tenant->labels_of(SeriesRef(ref)), std::move(exemplars)});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.series < b.series; });
  return found;
}

TenantStats TsdbOnDisk::tenant_stats(const TenantId& id) {
  TenantStats stats;
  const auto tenant = find(id);
  if (!tenant) return stats;
  stats.series = tenant->index.size();
  stats.active_series = tenant->head.active_series();
  stats.label_pairs = tenant->index.label_pairs();
  stats.symbols = tenant->symbols.size();
  stats.samples_appended = tenant->samples_appended;
  stats.min_time_ms = tenant->head.min_time_ms();
  stats.max_time_ms = tenant->head.max_time_ms();
  stats.memory_bytes = tenant->head.memory_bytes() + tenant->index.memory_bytes() + tenant->symbols.memory_bytes() +
                       tenant->exemplars.memory_bytes();
  return stats;
}

Cardinality TsdbOnDisk::cardinality(const TenantId& id, std::size_t limit) {
  const auto tenant = find(id);
  if (!tenant) return {};
  const auto statistics = tenant->index.statistics(limit);
  return {name_counts(statistics.series_by_metric), name_counts(statistics.label_values_by_name),
          name_counts(statistics.memory_by_name), name_counts(statistics.series_by_pair)};
}

std::vector<TenantId> TsdbOnDisk::tenants() {
  std::vector<TenantId> ids;
  const auto open = hold();
  if (!open) return ids;
  for (const auto& tenant : open->store->tenants.all()) ids.push_back(tenant->id);
  return ids;
}

TsdbStats TsdbOnDisk::stats() {
  TsdbStats stats;
  const auto open = hold();
  if (!open) return stats;
  const Store& store = *open->store;
  for (const auto& tenant : store.tenants.all()) {
    ++stats.tenants;
    stats.series += tenant->index.size();
    stats.head_bytes += tenant->head.memory_bytes();
    stats.index_bytes += tenant->index.memory_bytes() + tenant->symbols.memory_bytes();
  }
  stats.blocks = store.blocks->all().size();
  if (const auto usage = store.disk->usage()) {
    stats.disk_bytes = usage->bytes;
    stats.block_bytes = usage->family_bytes[static_cast<std::size_t>(Family::blocks)];
  }
  stats.journal_bytes = open->flusher.journal_bytes();
  stats.commits = store.counters.commits;
  stats.commit_failures = store.counters.failures;
  stats.lookup_failures = store.counters.lookup_failures;
  stats.syncs = store.disk->sync_count();
  stats.flushes = open->flusher.counters().flushes;
  stats.flush_failures = open->flusher.counters().failures;
  stats.compactions = open->compactor.compactions();
  stats.compaction_backlog = open->compactor.backlog();
  stats.replayed_samples = store.loaded.replayed_samples;
  stats.replay_seconds = store.load_seconds;
  const DiskHealth health = store.watch.health();
  stats.writable = health.writable;
  stats.trouble = health.trouble;
  return stats;
}

}  // namespace

Result<std::unique_ptr<Tsdb>> open_tsdb(const TsdbOptions& options, const Clock& clock, std::shared_ptr<Disk> disk) {
  return Store::open(options, clock, std::move(disk)).map([](std::unique_ptr<Store> store) -> std::unique_ptr<Tsdb> {
    return std::make_unique<TsdbOnDisk>(std::move(store));
  });
}

Result<std::unique_ptr<Tsdb>> Tsdb::open(TsdbOptions options, const Clock& clock) {
  auto disk = open_rocks_disk({.directory = options.data_dir, .lock_wait = kLockWait, .warn = options.warn});
  if (!disk) return tl::unexpected(disk.error());
  return open_tsdb(options, clock, std::move(*disk));
}

}  // namespace sluice::storage
