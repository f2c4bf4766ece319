// tests/promqltest/store_world.h
//
// A World in the real storage: samples pass Tsdb::append (judged, journaled, published) and are read from head and
// blocks. A `clear` goes on with a new tenant.
// What a sender could not push (the decoder of remote write would refuse the histogram) is a failed load.
#pragma once

#include <string>

#include "proto/wire/write_batch.h"
#include "storage/disk/disk.h"
#include "storage/tsdb/tsdb.h"
#include "tests/promqltest/world.h"

namespace sluice::promqltest {

class StoreWorld final : public World {
 public:
  enum class Answers { from_head, from_blocks };  // from_blocks: every load is flushed and leaves memory

  static Result<std::unique_ptr<StoreWorld>> open(std::shared_ptr<storage::Disk> disk, Answers answers);

  void clear() override;
  Result<void> append(const Labels& labels, const LoadedSample& sample) override;
  Result<void> finish_load() override;
  std::shared_ptr<const SeriesSource> source() const override { return tsdb_->source(tenant_); }

 private:
  StoreWorld(std::unique_ptr<storage::Tsdb> tsdb, Answers answers) : tsdb_(std::move(tsdb)), answers_(answers) {}
  void begin_series(const Labels& labels);
  void add_float(const LoadedSample& sample);
  void add_histogram(const LoadedSample& sample);

  const std::unique_ptr<storage::Tsdb> tsdb_;
  const Answers answers_;
  std::size_t worlds_ = 0;
  TenantId tenant_ = *TenantId::parse("world-0");
  const wire::SpellingKey key_{1};
  std::string message_;     // what batch_ borrows from
  wire::WriteBatch batch_;  // of the load in progress
  Labels last_labels_;
};

}  // namespace sluice::promqltest
