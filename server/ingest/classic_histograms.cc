#include "server/ingest/classic_histograms.h"

namespace sluice::server {

std::shared_ptr<HistogramGatherer> ClassicHistograms::gatherer_of(const TenantId& tenant, const TenantLimits& limits) {
  const MutexLock lock(mutex_);
  auto& gatherer = gatherers_[tenant];
  if (!gatherer) gatherer = std::make_shared<HistogramGatherer>(key_, limits.classic_histograms_max);
  return gatherer;
}

Result<storage::WriteReport> ClassicHistograms::append(const TenantId& tenant, wire::WriteBatch& push,
                                                       const TenantLimits& limits) {
  thread_local GatheredHistograms gathered;
  gatherer_of(tenant, limits)->gather(push, gathered);
  std::uint64_t replaced = 0, new_series = 0;
  if (!gathered.batch.histograms.empty()) {
    const auto stored = tsdb_.append(tenant, gathered.batch, limits.storage);
    if (!stored) return stored;
    new_series = stored->new_series;
    if (!limits.keep_classic_histograms && stored->refused_total() == 0)
      replaced = remove_series(gathered.came_whole, push);
  }
  auto report = tsdb_.append(tenant, push, limits.storage);
  if (!report) return report;
  report->samples_written += replaced;
  report->new_series += new_series;
  return report;
}

GatheringCounts ClassicHistograms::counts() const {
  GatheringCounts total;
  const MutexLock lock(mutex_);
  for (const auto& [tenant, gatherer] : gatherers_) {
    const GatheringCounts counts = gatherer->counts();
    total.converted += counts.converted;
    total.left_classic += counts.left_classic;
  }
  return total;
}

}  // namespace sluice::server
