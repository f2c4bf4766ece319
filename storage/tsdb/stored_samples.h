// storage/tsdb/stored_samples.h
//
// Room: storage/tsdb. What blocks hold at given timestamps of given series: for samples that memory cannot judge,
// because what it would compare them with was evicted, or flushed before the start. All of one part are looked up
// together, in key order, so that a sender that replays old data costs a walk over its series per block and not a seek
// per sample.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "storage/disk/block_store.h"
#include "storage/tsdb/piece_reader.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

class StoredSamples {
 public:
  static constexpr std::size_t kStepSeries = 256;         // decoded at a time: memory is theirs only
  static constexpr std::size_t kSamplesKeptMax = 64'000;  // a rare giant part must not stay in memory for ever

  struct Stored {
    SeriesRef ref;
    std::int64_t timestamp_ms = 0;
    double value = 0;  // unless it is a histogram
    std::shared_ptr<const Histogram> histogram = {};
    bool is(double other) const;  // the same bits
    bool is(const std::shared_ptr<Histogram>& other) const;
  };

  void clear();
  void want(SeriesRef ref, std::int64_t timestamp_ms) { wanted_.push_back({SymbolId(0), ref, timestamp_ms}); }
  // O(wanted series x blocks around their timestamps). After an error only some of what is stored is found.
  Result<void> look_up(const Tenant& tenant, const BlockStore& blocks);

  const Stored* find(SeriesRef ref, std::int64_t timestamp_ms) const {  // null: not wanted, or not stored
    return found_.empty() ? nullptr : find_among(ref, timestamp_ms);
  }

 private:
  struct Wanted {
    SymbolId metric;
    SeriesRef ref;
    std::int64_t timestamp_ms = 0;
    friend auto operator<=>(const Wanted&, const Wanted&) = default;
  };
  using Series = std::span<const Wanted>;  // of one series, ascending in time

  Result<void> look_into(const BlockReader& block);
  std::vector<Series> series_with_samples_around(const BlockInfo& block) const;
  void collect(Series series, const SeriesSamples& piece);
  const Stored* find_among(SeriesRef ref, std::int64_t timestamp_ms) const;

  std::vector<Wanted> wanted_;
  std::vector<Stored> found_;  // by series and time; of equal ones the oldest block's first
};

}  // namespace sluice::storage
