// storage/tsdb/metadata_book.h
//
// Room: storage/tsdb. What one tenant's senders said about their metrics: type, help, unit. The last word counts.
// Thread safety: every method may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/model/sample.h"

namespace sluice::storage {

class MetadataBook {
 public:
  // Senders repeat themselves every minute; only what is new goes to the journal. False also for a metric that would
  // be one more than `metrics_max`.
  bool is_news(const MetricMetadata& metadata, std::uint64_t metrics_max) const SLUICE_EXCLUDES(mutex_);
  void put(const std::vector<MetricMetadata>& news) SLUICE_EXCLUDES(mutex_);

  std::vector<MetricMetadata> all() const SLUICE_EXCLUDES(mutex_);  // sorted by metric name
  std::uint64_t version() const SLUICE_EXCLUDES(mutex_);            // changes when the content does
  std::string encode() const SLUICE_EXCLUDES(mutex_);
  [[nodiscard]] bool load(std::string_view bytes) SLUICE_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<std::string, MetricMetadata> by_metric_ SLUICE_GUARDED_BY(mutex_);
  std::uint64_t version_ SLUICE_GUARDED_BY(mutex_) = 0;
};

}  // namespace sluice::storage
