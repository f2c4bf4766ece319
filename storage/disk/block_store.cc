#include "storage/disk/block_store.h"

#include <algorithm>

#include "proto/base/check.h"
#include "storage/disk/bytes.h"
#include "storage/disk/meta_keys.h"

namespace sluice::storage {

namespace {

constexpr std::size_t kBlockPrefixBytes = 8;

std::string block_prefix(BlockId id) {
  std::string key;
  put_be64(key, id.value());
  return key;
}

std::string kind_prefix(BlockId id, TenantNumber tenant, BlockKind kind) {
  std::string key = block_prefix(id);
  put_be32(key, tenant.value());
  key.push_back(static_cast<char>(kind));
  return key;
}

std::string run_key(BlockId id, const RunKey& run) {
  std::string key = kind_prefix(id, run.tenant, run.kind);
  put_be32(key, run.metric.value());
  put_be32(key, run.last.value());
  return key;
}

KeyRange prefix_range(const std::string& prefix) { return {prefix, after_prefix(prefix)}; }

// meta: 'B' block:be64 -> partition, min, max (zigzag varints), samples, bytes (varints), final:u8
std::string catalog_key(BlockId id) { return meta_key(MetaKind::block) + block_prefix(id); }

std::string encode(const BlockInfo& info) {
  std::string value;
  put_signed(value, info.partition_ms);
  put_signed(value, info.min_ms);
  put_signed(value, info.max_ms);
  put_varint(value, info.samples);
  put_varint(value, info.bytes);
  value.push_back(info.final ? 1 : 0);
  return value;
}

Result<BlockInfo> decode(std::string_view key, std::string_view value) {
  BlockInfo info;
  ByteReader in(value);
  info.id = BlockId(ByteReader(key.substr(meta_key(MetaKind::block).size())).be64());
  info.partition_ms = in.signed_varint();
  info.min_ms = in.signed_varint();
  info.max_ms = in.signed_varint();
  info.samples = in.varint();
  info.bytes = in.varint();
  info.final = in.u8() != 0;
  if (in.ok() && in.done()) return info;
  return fail(Errc::corrupt, "the catalog entry of block " + std::to_string(info.id.value()) +
                                 " is damaged: restore the data directory from a backup");
}

void put(const BlockStore::Change& change, CommitBatch& batch) {
  for (const BlockInfo& info : change.added) batch.put(Family::meta, catalog_key(info.id), encode(info));
  for (const BlockId id : change.removed) batch.erase(Family::meta, catalog_key(id));
}

}  // namespace

RunCursor::RunCursor(std::shared_ptr<const Block> block, TenantNumber tenant, BlockKind kind, Caching caching)
    : block_(std::move(block)),
      tenant_(tenant),
      kind_(kind),
      cursor_(
          block_->disk_->cursor(Family::blocks, prefix_range(kind_prefix(block_->info.id, tenant, kind)), caching)) {}

void RunCursor::seek(SymbolId metric, SeriesRef ref) {
  cursor_->seek(run_key(block_->info.id, {tenant_, kind_, metric, ref}));
}

RunKey RunCursor::key() const {
  ByteReader in(cursor_->key().substr(kBlockPrefixBytes));
  const TenantNumber tenant(in.be32());
  const auto kind = static_cast<BlockKind>(in.u8());
  const SymbolId metric(in.be32());
  return {tenant, kind, metric, SeriesRef(in.be32())};
}

Block::~Block() {
  if (!doomed_) return;
  // A failure costs space, not data: the next start finds bytes without a catalog entry and drops them.
  [[maybe_unused]] const auto dropped = disk_->drop(Family::blocks, prefix_range(block_prefix(info.id)));
}

std::vector<TenantNumber> Block::tenants(Result<void>& status) const {
  std::vector<TenantNumber> found;
  const auto cursor = disk_->cursor(Family::blocks, prefix_range(block_prefix(info.id)), Caching::keep);
  cursor->seek(block_prefix(info.id));
  while (cursor->valid()) {
    found.emplace_back(ByteReader(cursor->key().substr(kBlockPrefixBytes)).be32());
    std::string tenant_prefix = block_prefix(info.id);
    put_be32(tenant_prefix, found.back().value());
    cursor->seek(after_prefix(tenant_prefix));
  }
  status = cursor->status();
  return found;
}

Result<void> BlockWriter::add(const RunKey& key, std::string_view value) {
  empty_ = false;
  return file_->add(run_key(id_, key), value);
}

Result<std::unique_ptr<BlockStore>> BlockStore::open(std::shared_ptr<Disk> disk) {
  std::unique_ptr<BlockStore> store(new BlockStore(std::move(disk)));
  if (auto loaded = store->load_catalog(); !loaded) return tl::unexpected(loaded.error());
  if (auto removed = store->remove_orphans(); !removed) return tl::unexpected(removed.error());
  return store;
}

Result<void> BlockStore::load_catalog() {
  const MutexLock lock(mutex_);
  const std::string prefix = meta_key(MetaKind::block);
  const auto cursor = disk_->cursor(Family::meta, prefix_range(prefix), Caching::bypass);
  for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
    const auto info = decode(cursor->key(), cursor->value());
    if (!info) return tl::unexpected(info.error());
    blocks_.emplace(info->id, std::make_shared<Block>(disk_, *info));
    last_id_ = std::max(last_id_.load(), info->id.value());
  }
  return cursor->status();
}

Result<void> BlockStore::remove_orphans() {
  const MutexLock lock(mutex_);
  const auto cursor = disk_->cursor(Family::blocks, {}, Caching::bypass);
  for (cursor->seek(""); cursor->valid();) {
    const BlockId id(ByteReader(cursor->key()).be64());
    const KeyRange range = prefix_range(block_prefix(id));
    last_id_ = std::max(last_id_.load(), id.value());
    if (!blocks_.contains(id)) {
      if (auto dropped = disk_->drop(Family::blocks, range); !dropped) return dropped;
    }
    cursor->seek(range.to);
  }
  return cursor->status();
}

Result<std::unique_ptr<BlockWriter>> BlockStore::new_block() {
  const BlockId id(++last_id_);
  return disk_->new_file(Family::blocks).map([id](std::unique_ptr<SortedFile> file) {
    return std::make_unique<BlockWriter>(id, std::move(file));
  });
}

BlockStore::Blocks BlockStore::overlapping(std::int64_t min_ms, std::int64_t max_ms) const {
  Blocks found;
  {
    const MutexLock lock(mutex_);
    for (const auto& [id, block] : blocks_) {
      if (block->overlaps(min_ms, max_ms)) found.push_back(block);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a->info.partition_ms < b->info.partition_ms; });
  return found;
}

BlockStore::Blocks BlockStore::all() const { return overlapping(INT64_MIN, INT64_MAX); }

Result<void> BlockStore::commit(const Change& change, CommitBatch& batch) {
  const MutexLock lock(commit_mutex_);
  for (const Change& undo : undo_) put(undo, batch);
  put(change, batch);
  if (auto committed = disk_->commit(batch, Sync::yes); !committed) {
    undo_.push_back(undo_of(change));
    return committed;
  }
  apply(change);
  for (const Change& undo : undo_) drop(undo.removed);
  undo_.clear();
  return {};
}

BlockStore::Change BlockStore::undo_of(const Change& change) const {
  Change undo;
  for (const BlockInfo& info : change.added) undo.removed.push_back(info.id);
  const MutexLock lock(mutex_);
  for (const BlockId id : change.removed) undo.added.push_back(blocks_.at(id)->info);
  return undo;
}

void BlockStore::drop(const std::vector<BlockId>& blocks) {
  for (const BlockId id : blocks) {
    [[maybe_unused]] const auto dropped = disk_->drop(Family::blocks, prefix_range(block_prefix(id)));
  }
}

void BlockStore::discard(const Change& change) { drop(undo_of(change).removed); }

void BlockStore::apply(const Change& change) {
  std::vector<std::shared_ptr<Block>> doomed;  // dies after the lock is given back: dropping is I/O
  const MutexLock lock(mutex_);
  for (const BlockInfo& info : change.added) blocks_.emplace(info.id, std::make_shared<Block>(disk_, info));
  for (const BlockId id : change.removed) {
    const auto at = blocks_.find(id);
    CHECK(at != blocks_.end());
    at->second->doomed_ = true;
    doomed.push_back(std::move(at->second));
    blocks_.erase(at);
  }
}

}  // namespace sluice::storage
