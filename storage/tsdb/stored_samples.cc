#include "storage/tsdb/stored_samples.h"

#include <bit>

#include "storage/frame/histogram_compare.h"

namespace sluice::storage {

bool StoredSamples::Stored::is(double other) const {
  return histogram == nullptr && std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(other);
}

bool StoredSamples::Stored::is(const std::shared_ptr<Histogram>& other) const {
  return histogram != nullptr && same_sample(*histogram, *other);
}

void StoredSamples::clear() {
  wanted_.clear();
  found_.clear();
  if (wanted_.capacity() <= kSamplesKeptMax) return;
  wanted_.shrink_to_fit();
  found_.shrink_to_fit();
}

Result<void> StoredSamples::look_up(const Tenant& tenant, const BlockStore& blocks) {
  if (wanted_.empty()) return {};
  std::int64_t min_ms = wanted_.front().timestamp_ms, max_ms = min_ms;
  for (Wanted& wanted : wanted_) {
    wanted.metric = tenant.metric_of(wanted.ref);
    min_ms = std::min(min_ms, wanted.timestamp_ms);
    max_ms = std::max(max_ms, wanted.timestamp_ms);
  }
  std::sort(wanted_.begin(), wanted_.end());
  Result<void> looked;
  for (const auto& block : blocks.overlapping(min_ms, max_ms)) {
    if (looked) looked = look_into(BlockReader(block, tenant.number));
  }
  std::stable_sort(found_.begin(), found_.end(), [](const Stored& a, const Stored& b) {
    return a.ref != b.ref ? a.ref < b.ref : a.timestamp_ms < b.timestamp_ms;
  });
  return looked;
}

std::vector<StoredSamples::Series> StoredSamples::series_with_samples_around(const BlockInfo& block) const {
  std::vector<Series> around;
  for (std::size_t i = 0; i < wanted_.size();) {
    const std::size_t first = i;
    bool inside = false;
    for (; i < wanted_.size() && wanted_[i].ref == wanted_[first].ref; ++i) {
      inside = inside || (wanted_[i].timestamp_ms >= block.min_ms && wanted_[i].timestamp_ms <= block.max_ms);
    }
    if (inside) around.push_back(std::span(wanted_).subspan(first, i - first));
  }
  return around;
}

Result<void> StoredSamples::look_into(const BlockReader& block) {
  const auto around = series_with_samples_around(block.info());
  for (std::size_t first = 0; first < around.size(); first += kStepSeries) {
    ReadArena arena;
    PieceReader in(block, {block.info().min_ms, block.info().max_ms}, arena, Caching::keep);
    for (const Series series : std::span(around).subspan(first, std::min(kStepSeries, around.size() - first))) {
      const auto piece = in.read({series.front().metric, series.front().ref, 0});
      if (!piece) return tl::unexpected(piece.error());
      collect(series, *piece);
    }
  }
  return {};
}

void StoredSamples::collect(Series series, const SeriesSamples& piece) {
  const auto& times = piece.timestamps_ms;
  for (const Wanted& wanted : series) {
    const std::int64_t t = wanted.timestamp_ms;
    if (const auto at = std::lower_bound(times.begin(), times.end(), t); at != times.end() && *at == t) {
      found_.push_back({wanted.ref, t, piece.values[at - times.begin()]});
    }
    const auto earlier = [](const HistogramPoint& point, std::int64_t time) { return point.timestamp_ms < time; };
    const auto point = std::lower_bound(piece.histograms.begin(), piece.histograms.end(), t, earlier);
    if (point != piece.histograms.end() && point->timestamp_ms == t) {
      found_.push_back({wanted.ref, t, 0, std::make_shared<const Histogram>(*point->histogram)});
    }
  }
}

const StoredSamples::Stored* StoredSamples::find_among(SeriesRef ref, std::int64_t timestamp_ms) const {
  const auto at =
      std::lower_bound(found_.begin(), found_.end(), timestamp_ms, [&](const Stored& stored, std::int64_t t) {
        return stored.ref != ref ? stored.ref < ref : stored.timestamp_ms < t;
      });
  return at != found_.end() && at->ref == ref && at->timestamp_ms == timestamp_ms ? &*at : nullptr;
}

}  // namespace sluice::storage
