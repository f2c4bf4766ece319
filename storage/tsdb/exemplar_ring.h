// storage/tsdb/exemplar_ring.h
//
// Room: storage/tsdb. One tenant's newest exemplars, in the order they came. A full ring forgets the oldest.
//
// Thread safety
//   judge(), settle(): the tenant's commit leader. publish(), load(): one writer at a time. The rest: any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/model/series_source.h"
#include "storage/tsdb/record.h"

namespace sluice::storage {

enum class ExemplarVerdict : std::uint8_t { accepted, duplicate, out_of_order };

class ExemplarRing {
 public:
  // Against the newest exemplar of the series, including those admitted since the last settle().
  ExemplarVerdict judge(SeriesRef ref, const Exemplar& exemplar) SLUICE_EXCLUDES(mutex_);
  void settle() { admitted_.clear(); }  // the group was published or rolled back
  void publish(const std::vector<ExemplarOfSeries>& exemplars, std::size_t exemplars_max) SLUICE_EXCLUDES(mutex_);

  // Of the given series, inside the range, each series' in order of arrival (which is order of time).
  std::unordered_map<std::uint32_t, std::vector<Exemplar>> find(const std::vector<SeriesRef>& ascending_refs,
                                                                TimeRangeMs range) const SLUICE_EXCLUDES(mutex_);

  std::uint64_t version() const SLUICE_EXCLUDES(mutex_);  // changes when the content does
  // Only of series below `series_end`: a start knows no others before it has read the journal.
  std::string encode(std::uint32_t series_end) const SLUICE_EXCLUDES(mutex_);
  [[nodiscard]] bool load(std::string_view bytes, std::uint32_t series_count) SLUICE_EXCLUDES(mutex_);
  std::size_t memory_bytes() const SLUICE_EXCLUDES(mutex_);

 private:
  struct Newest {
    std::int64_t timestamp_ms = 0;
    std::string content;  // the encoded exemplar: what "the same" means
    std::uint32_t in_ring = 0;
  };
  static ExemplarVerdict compare(const Newest& newest, const Exemplar& exemplar);
  void push(const ExemplarOfSeries& exemplar) SLUICE_REQUIRES(mutex_);
  void pop() SLUICE_REQUIRES(mutex_);

  std::unordered_map<std::uint32_t, Newest> admitted_;  // the leader's
  mutable Mutex mutex_;
  std::deque<ExemplarOfSeries> ring_ SLUICE_GUARDED_BY(mutex_);
  std::unordered_map<std::uint32_t, Newest> newest_ SLUICE_GUARDED_BY(mutex_);
  std::uint64_t version_ SLUICE_GUARDED_BY(mutex_) = 0;
};

}  // namespace sluice::storage
