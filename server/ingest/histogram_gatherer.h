// server/ingest/histogram_gatherer.h
//
// Room: server/ingest. Gathers one tenant's classic histograms over its pushes, and makes pushes of what is whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/wire/write_batch.h"
#include "server/ingest/histogram_assembly.h"

namespace sluice::server {

// What one push made whole.
struct GatheredHistograms {
  wire::WriteBatch batch;        // a push of its own: remote write 1.0, histograms only
  std::string message;           // what `batch` borrows from
  std::vector<bool> came_whole;  // by series of the push: every sample of it is in a histogram that it brought entirely
  void clear();
};

struct GatheringCounts {
  std::uint64_t converted = 0, left_classic = 0;  // scrapes of histograms; left: parts missing or contradictory
};

// Thread safety: any thread.
class HistogramGatherer {
 public:
  // Labels of a series are parsed once: then its spelling is known.
  static constexpr std::size_t kKnownSeriesMax = 4'000'000;

  HistogramGatherer(const wire::SpellingKey& key, std::size_t histograms_max)
      : key_(key), histograms_max_(histograms_max) {}

  void gather(const wire::WriteBatch& push, GatheredHistograms& gathered) SLUICE_EXCLUDES(mutex_);
  GatheringCounts counts() const SLUICE_EXCLUDES(mutex_);

 private:
  struct Known {
    std::string labels;  // of the histogram, as remote write 1.0 encodes them
    HistogramAssembly assembly;
    std::uint64_t last_push = 0, given_up_counted = 0;
  };
  struct Role {
    std::shared_ptr<Known> histogram;  // null: the series is no part of one
    PartKind kind = PartKind::none;
    double bound = 0;
  };
  struct SpellingHash {
    std::size_t operator()(const wire::Spelling& spelling) const { return spelling.low; }
  };
  const Role& role_of(const wire::WriteBatch& push, const wire::IncomingSeries& series) SLUICE_REQUIRES(mutex_);
  Role find_role(const wire::WriteBatch& push, const wire::IncomingSeries& series) SLUICE_REQUIRES(mutex_);
  std::shared_ptr<Known> find_or_add(const std::string& labels) SLUICE_REQUIRES(mutex_);
  void forget_idle() SLUICE_REQUIRES(mutex_);
  void add_parts(const wire::WriteBatch& push, std::vector<Role>& roles) SLUICE_REQUIRES(mutex_);
  void take_whole(Known& histogram, GatheredHistograms& gathered) SLUICE_REQUIRES(mutex_);

  const wire::SpellingKey key_;
  const std::size_t histograms_max_;
  mutable Mutex mutex_;
  std::uint64_t pushes_ SLUICE_GUARDED_BY(mutex_) = 0, swept_at_ SLUICE_GUARDED_BY(mutex_) = 0;
  std::unordered_map<wire::Spelling, Role, SpellingHash> roles_ SLUICE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::shared_ptr<Known>> histograms_ SLUICE_GUARDED_BY(mutex_);
  std::vector<LabelRef> labels_ SLUICE_GUARDED_BY(mutex_);
  GatheringCounts counts_ SLUICE_GUARDED_BY(mutex_);
};

// Takes the marked series out of a push, with their samples and exemplars; returns how many samples those were.
std::uint64_t remove_series(const std::vector<bool>& marked, wire::WriteBatch& push);

}  // namespace sluice::server
