#include "storage/tsdb/flusher.h"

#include <algorithm>
#include <set>

namespace sluice::storage {

namespace {

constexpr std::uint32_t kSegmentEntries = 8192;  // symbols or series in one segment

template <class Encode>
void put_segments(CommitBatch& batch, Segments kind, TenantNumber tenant, std::uint32_t from, std::uint32_t to,
                  const Encode& encode) {
  for (std::uint32_t first = from; first < to; first += kSegmentEntries) {
    std::string bytes;
    encode(first, std::min(first + kSegmentEntries, to), bytes);
    MetaStore::put_segment(batch, kind, tenant, first, bytes);
  }
}

void put_registrations(CommitBatch& batch, const Tenant& tenant, Watermark to) {
  const Watermark from = tenant.persisted;
  put_segments(batch, Segments::symbols, tenant.number, from.symbols, to.symbols,
               [&](auto first, auto end, std::string& bytes) { encode_symbols(tenant.symbols, first, end, bytes); });
  put_segments(batch, Segments::series, tenant.number, from.series, to.series,
               [&](auto first, auto end, std::string& bytes) { encode_series(tenant.index, first, end, bytes); });
}

// Versions are those of the cut: what was published behind it is in the journal behind it too, and is saved next time.
void put_notes(CommitBatch& batch, const Flusher::TenantCut& cut) {
  const Tenant& tenant = *cut.tenant;
  if (cut.metadata_version != tenant.metadata_version_saved) {
    MetaStore::put_notes(batch, MetaStore::Notes::metadata, tenant.number, tenant.metadata.encode());
  }
  if (cut.exemplars_version != tenant.exemplars_version_saved) {
    const std::string bytes = tenant.exemplars.encode(cut.registered.series);
    MetaStore::put_notes(batch, MetaStore::Notes::exemplars, tenant.number, bytes);
  }
}

}  // namespace

Result<void> Flusher::flush() {
  const MutexLock lock(mutex_);
  auto flushed = flush_all();
  ++(flushed ? counters_.flushes : counters_.failures);
  return flushed;
}

std::uint64_t Flusher::journal_bytes() const { return store_.journal->appended_bytes() - flushed_bytes_; }

// With every lane stopped, everything up to the last position is published: nobody is between journal and head.
Flusher::Cut Flusher::take_cut() const SLUICE_NO_ANALYSIS {
  for (const auto& lane : store_.lanes) lane->group_mutex().lock();
  Cut cut;
  cut.position = store_.journal->last();
  cut.appended_bytes = store_.journal->appended_bytes();
  for (auto& tenant : store_.tenants.all()) {
    cut.tenants.push_back({tenant, tenant->registered(), tenant->metadata.version(), tenant->exemplars.version()});
  }
  for (const auto& lane : store_.lanes) lane->group_mutex().unlock();
  return cut;
}

Result<void> Flusher::flush_all() {
  const Cut cut = take_cut();
  if (cut.position == flushed_position_) return {};
  auto drafts = collect(cut);
  const auto change = write_blocks(drafts);
  if (!change) return tl::unexpected(change.error());
  if (auto committed = commit(cut, *change); !committed) return committed;
  for (const Draft& draft : drafts) draft.tenant->head.mark_flushed(draft.ticket);
  flushed_position_ = cut.position;
  flushed_bytes_ = cut.appended_bytes;
  return store_.journal->truncate(cut.position);
}

std::vector<Flusher::Draft> Flusher::collect(const Cut& cut) const {
  std::vector<Draft> drafts;
  for (const TenantCut& one : cut.tenants) {
    Draft& draft = drafts.emplace_back(Draft{one.tenant, {}, HeadDraft(*one.tenant, store_.options.partition_ms)});
    draft.parts.collect(draft.ticket);
  }
  return drafts;
}

Result<BlockStore::Change> Flusher::write_blocks(std::vector<Draft>& drafts) const {
  std::set<std::int64_t> partitions;
  for (Draft& draft : drafts) {
    for (const auto& [partition, part] : draft.parts.parts()) partitions.insert(partition);
  }
  BlockStore::Change change;
  for (const std::int64_t partition : partitions) {
    const auto info = write_block(partition, drafts);
    if (!info) {
      store_.blocks->discard(change);
      return tl::unexpected(info.error());
    }
    change.added.push_back(*info);
  }
  return change;
}

Result<BlockInfo> Flusher::write_block(std::int64_t partition_ms, std::vector<Draft>& drafts) const {
  auto writer = store_.blocks->new_block();
  if (!writer) return tl::unexpected(writer.error());
  BlockBuilder builder(std::move(*writer), partition_ms);
  for (Draft& draft : drafts) {
    const auto part = draft.parts.parts().find(partition_ms);
    if (part == draft.parts.parts().end()) continue;
    if (auto written = part->second.write(draft.tenant->number, builder); !written)
      return tl::unexpected(written.error());
  }
  return builder.finish(/*final=*/false);
}

Result<void> Flusher::commit(const Cut& cut, const BlockStore::Change& change) {
  const auto batch = store_.disk->new_batch();
  for (const TenantCut& one : cut.tenants) {
    put_registrations(*batch, *one.tenant, one.registered);
    put_notes(*batch, one);
  }
  MetaStore::put_flushed_position(*batch, cut.position);
  if (auto committed = store_.blocks->commit(change, *batch); !committed) return committed;
  for (const TenantCut& one : cut.tenants) {
    one.tenant->persisted = one.registered;
    one.tenant->metadata_version_saved = one.metadata_version;
    one.tenant->exemplars_version_saved = one.exemplars_version;
  }
  return {};
}

std::uint64_t Flusher::head_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& tenant : store_.tenants.all()) bytes += tenant->head.memory_bytes();
  return bytes;
}

// Between two groups: what a part is judged against must not leave memory after it was asked whether it is there.
void Flusher::announce_evict(Tenant& tenant, std::int64_t before_ms) const {
  const MutexLock lock(store_.lane_of(tenant).group_mutex());
  tenant.head.announce_evict(before_ms);
}

void Flusher::evict_before(std::int64_t before_ms) const {
  for (const auto& tenant : store_.tenants.all()) {
    announce_evict(*tenant, before_ms);
    tenant->head.evict(before_ms);
  }
}

// Over the budget, the time that stays is halved until it fits; what is not flushed stays in any case.
void Flusher::evict() {
  const MutexLock lock(mutex_);
  const std::int64_t now_ms = store_.clock.now_ms();
  std::int64_t keep_ms = store_.options.keep_after_flush_ms;
  evict_before(now_ms - keep_ms);
  const std::uint64_t budget = store_.options.head_bytes_max;
  while (budget > 0 && keep_ms > 0 && head_bytes() > budget) {
    keep_ms /= 2;
    evict_before(now_ms - keep_ms);
  }
}

}  // namespace sluice::storage
