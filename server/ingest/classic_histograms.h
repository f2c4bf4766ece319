// server/ingest/classic_histograms.h
//
// Room: server/ingest. The door to storage for tenants that want their classic histograms as native ones with custom
// buckets (`classic_histograms_to_nhcb`). What is whole is stored under the histogram's own name, before the push that
// completed it is answered; what is not stays classic. Other tenants never come here.
#pragma once

#include <map>
#include <memory>

#include "server/ingest/histogram_gatherer.h"
#include "server/tenant/limits.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::server {

// Thread safety: any thread. Both references outlive the object.
class ClassicHistograms {
 public:
  ClassicHistograms(storage::Tsdb& tsdb, const wire::SpellingKey& key) : tsdb_(tsdb), key_(key) {}

  // As Tsdb::append. Unless the tenant keeps them, samples that came whole with this push are stored as histograms
  // only; the report counts them as written. Nothing is taken out of `push` that is not durable by then.
  Result<storage::WriteReport> append(const TenantId& tenant, wire::WriteBatch& push, const TenantLimits& limits);

  GatheringCounts counts() const SLUICE_EXCLUDES(mutex_);  // of all tenants

 private:
  std::shared_ptr<HistogramGatherer> gatherer_of(const TenantId& tenant, const TenantLimits& limits)
      SLUICE_EXCLUDES(mutex_);

  storage::Tsdb& tsdb_;
  const wire::SpellingKey key_;
  mutable Mutex mutex_;
  std::map<TenantId, std::shared_ptr<HistogramGatherer>> gatherers_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::server
