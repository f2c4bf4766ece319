#include "storage/tsdb/series_merge.h"

#include <algorithm>

namespace sluice::storage {

SeriesMerge::SeriesMerge(const Tenant& tenant, const BlockStore::Blocks& blocks, TimeRangeMs keep)
    : tenant_(tenant), keep_(keep) {
  for (const auto& block : blocks) readers_.push_back(std::make_unique<BlockReader>(block, tenant.number));
}

Result<void> SeriesMerge::open() {
  RefSet all;
  for (const auto& reader : readers_) {
    const auto series = reader->series();
    if (!series) return tl::unexpected(series.error());
    all |= *series;
  }
  for (const std::uint32_t ref : all) {
    if (ref >= tenant_.index.size()) {
      return tl::unexpected(damaged_block(readers_.front()->info().id, "a series that is not registered"));
    }
    wanted_.push_back({tenant_.metric_of(SeriesRef(ref)), SeriesRef(ref), 0});
  }
  std::sort(wanted_.begin(), wanted_.end());
  return {};
}

Result<void> SeriesMerge::step() {
  const std::size_t count = std::min(kStepSeries, wanted_.size() - next_);
  const auto wanted = std::span(wanted_).subspan(next_, count);
  arena_ = std::make_unique<ReadArena>();
  std::vector<std::vector<SeriesSamples>> pieces(count);
  for (const auto& reader : readers_) {
    PieceReader in(*reader, keep_, *arena_, Caching::bypass);
    for (std::size_t i = 0; i < count; ++i) {
      auto piece = in.read(wanted[i]);
      if (!piece) return tl::unexpected(piece.error());
      pieces[i].push_back(*piece);
    }
  }
  merged_.clear();
  Merger merger(*arena_);
  for (std::size_t i = 0; i < count; ++i) merged_.push_back({wanted[i], merger.merge(pieces[i])});
  next_ += count;
  return {};
}

}  // namespace sluice::storage
