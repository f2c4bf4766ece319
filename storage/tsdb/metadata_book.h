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

enum class MetadataVerdict : std::uint8_t {
  news,      // journal and put() it
  known,     // senders repeat themselves every minute
  too_many,  // of a metric that would be one more than the limit
};

class MetadataBook {
 public:
  // Against what is known, including what was news since the last settle().
  MetadataVerdict judge(const MetricMetadata& metadata, std::uint64_t metrics_max) SLUICE_EXCLUDES(mutex_);
  void settle();  // the group was put or rolled back
  void put(const std::vector<MetricMetadata>& news) SLUICE_EXCLUDES(mutex_);

  std::vector<MetricMetadata> all() const SLUICE_EXCLUDES(mutex_);  // sorted by metric name
  std::uint64_t version() const SLUICE_EXCLUDES(mutex_);            // changes when the content does
  std::string encode() const SLUICE_EXCLUDES(mutex_);
  [[nodiscard]] bool load(std::string_view bytes) SLUICE_EXCLUDES(mutex_);

 private:
  std::map<std::string, MetricMetadata> admitted_;  // the leader's
  std::uint64_t admitted_metrics_ = 0;              // of those: not in the book yet
  mutable Mutex mutex_;
  std::map<std::string, MetricMetadata> by_metric_ SLUICE_GUARDED_BY(mutex_);
  std::uint64_t version_ SLUICE_GUARDED_BY(mutex_) = 0;
};

}  // namespace sluice::storage
