// tests/server/ingest/fake_tsdb.h
//
// A Tsdb that remembers what it was given and answers as it was told.
#pragma once

#include <functional>

#include "storage/tsdb/tsdb.h"

namespace sluice::storage {

class FakeTsdb final : public Tsdb {
 public:
  struct Append {
    std::string tenant;
    std::size_t series = 0, samples = 0, exemplars = 0, histograms = 0, metadata = 0;
    std::uint64_t active_series_max = 0;
  };
  std::function<Result<WriteReport>(const wire::WriteBatch&)> answer = [](const wire::WriteBatch& batch) {
    WriteReport report;
    report.samples_written = batch.samples.size();
    report.histograms_written = batch.histograms.size();
    report.exemplars_written = batch.exemplars.size();
    return Result<WriteReport>(report);
  };
  std::vector<Append> appends;
  Result<void> flush_outcome, compact_outcome;
  int flushes = 0, compactions = 0;

  Result<WriteReport> append(const TenantId& tenant, const wire::WriteBatch& batch,
                             const StorageLimits& limits) override {
    appends.push_back({tenant.text(), batch.series.size(), batch.samples.size(), batch.exemplars.size(),
                       batch.histograms.size(), batch.metadata.size(), limits.active_series_max});
    return answer(batch);
  }
  std::shared_ptr<const SeriesSource> source(const TenantId&) override { return nullptr; }
  std::vector<MetricMetadata> metadata(const TenantId&) override { return {}; }
  Result<std::vector<SeriesExemplars>> exemplars(const TenantId&, const std::vector<std::vector<Matcher>>&,
                                                 TimeRangeMs) override {
    return std::vector<SeriesExemplars>();
  }
  TenantStats tenant_stats(const TenantId&) override { return {}; }
  Cardinality cardinality(const TenantId&, std::size_t) override { return {}; }
  std::vector<TenantId> tenants() override { return {}; }
  TsdbStats stats() override { return {}; }
  void set_limits(std::function<StorageLimits(const TenantId&)>) override {}
  Result<void> flush() override {
    ++flushes;
    return flush_outcome;
  }
  Result<void> compact() override {
    ++compactions;
    return compact_outcome;
  }
  Result<void> close() override { return {}; }
};

}  // namespace sluice::storage
