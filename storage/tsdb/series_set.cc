#include "storage/tsdb/series_set.h"

#include <algorithm>

#include "storage/tsdb/merge.h"

namespace sluice::storage {

// The order matters. The head is read first and asked afterwards from when on it is complete: what is evicted in
// between was read, and what was evicted before is in a block that is listed by now.
Result<void> TenantSeriesSet::read(std::size_t first, std::size_t count, SeriesBatch& batch) const {
  const auto refs = std::span(refs_).subspan(first, count);
  tenant_->head.read(refs, range_, batch);
  const std::int64_t complete_from_ms = tenant_->head.complete_from_ms();
  if (complete_from_ms <= range_.min_ms) return {};
  const TimeRangeMs on_disk{range_.min_ms, std::min(range_.max_ms, complete_from_ms - 1)};
  const Readers found = readers(on_disk);
  if (found.empty()) return {};
  return add_blocks(refs, found, on_disk, batch);
}

TenantSeriesSet::Readers TenantSeriesSet::readers(TimeRangeMs range) const {
  Readers found;
  const auto blocks = blocks_->overlapping(range.min_ms, range.max_ms);
  const MutexLock lock(mutex_);
  for (const auto& block : blocks) {
    auto& reader = readers_[block->info.id];
    if (!reader) reader = std::make_shared<const BlockReader>(block, tenant_->number);
    found.push_back(reader);
  }
  return found;
}

std::vector<WantedSeries> TenantSeriesSet::in_key_order(std::span<const SeriesRef> refs) const {
  std::vector<WantedSeries> wanted;
  wanted.reserve(refs.size());
  for (std::uint32_t i = 0; i < refs.size(); ++i) wanted.push_back({tenant_->metric_of(refs[i]), refs[i], i});
  std::sort(wanted.begin(), wanted.end());
  return wanted;
}

Result<void> TenantSeriesSet::add_blocks(std::span<const SeriesRef> refs, const Readers& readers, TimeRangeMs range,
                                         SeriesBatch& batch) const {
  const auto arena = std::make_shared<ReadArena>();
  const auto head_part = std::make_shared<SeriesBatch>(std::move(batch));
  batch = SeriesBatch();
  batch.keep_alive = {arena, head_part};

  std::vector<std::vector<SeriesSamples>> pieces(refs.size());
  const auto wanted = in_key_order(refs);
  const auto is_empty = [](const SeriesSamples& piece) {
    return piece.timestamps_ms.empty() && piece.histograms.empty();
  };
  for (const auto& reader : readers) {
    PieceReader in(*reader, range, *arena, Caching::keep);
    for (const WantedSeries& one : wanted) {
      auto piece = in.read(one);
      if (!piece) return tl::unexpected(piece.error());
      if (!is_empty(*piece)) pieces[one.index].push_back(*piece);
    }
    batch.keep_alive.push_back(reader);
  }
  Merger merger(*arena);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const SeriesSamples& recent = head_part->series[i];
    if (!is_empty(recent) || pieces[i].empty()) pieces[i].push_back(recent);
    batch.series.push_back(merger.merge(pieces[i]));
  }
  return {};
}

}  // namespace sluice::storage
