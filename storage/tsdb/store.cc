#include "storage/tsdb/store.h"

#include <algorithm>
#include <chrono>

namespace sluice::storage {

Store::Store(const TsdbOptions& options, const Clock& clock, std::shared_ptr<Disk> disk, MetaStore meta,
             std::unique_ptr<Journal> journal, std::shared_ptr<BlockStore> blocks)
    : options(options),
      clock(clock),
      disk(std::move(disk)),
      meta(meta),
      journal(std::move(journal)),
      blocks(std::move(blocks)),
      watch(*this->disk, clock, options.disk_free_bytes_min),
      tenants(*this->disk) {
  const Sync sync = options.durability == Durability::sync ? Sync::yes : Sync::no;
  const Lane::Door door{*this->journal, *this->blocks, watch, clock, sync, counters};
  for (std::uint32_t i = 0; i < std::max(options.shards, 1u); ++i) lanes.push_back(std::make_unique<Lane>(door));
}

Lane& Store::lane_of(const Tenant& tenant) { return *lanes[std::hash<std::string>{}(tenant.id.text()) % lanes.size()]; }

Result<std::unique_ptr<Store>> Store::open(const TsdbOptions& options, const Clock& clock, std::shared_ptr<Disk> disk) {
  const auto started = std::chrono::steady_clock::now();
  const auto meta = MetaStore::open(*disk);
  if (!meta) return tl::unexpected(meta.error());
  const auto flushed = meta->flushed_position();
  if (!flushed) return tl::unexpected(flushed.error());
  auto journal = open_journal(*disk, *flushed);
  if (!journal) return tl::unexpected(journal.error());
  auto blocks = BlockStore::open(disk);
  if (!blocks) return tl::unexpected(blocks.error());
  auto store = std::make_unique<Store>(options, clock, std::move(disk), *meta, std::move(*journal), std::move(*blocks));
  const auto loaded = load(store->meta, *store->journal, *store->blocks, store->tenants);
  if (!loaded) return tl::unexpected(loaded.error());
  store->loaded = *loaded;
  store->load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return store;
}

}  // namespace sluice::storage
