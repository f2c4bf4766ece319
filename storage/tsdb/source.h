// storage/tsdb/source.h
//
// Room: storage/tsdb. What promql sees of storage: one tenant's series, from the head and from blocks, as if there were
// no difference. A source holds its tenant and the block store, and reaches nothing of another tenant.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "proto/model/series_source.h"
#include "storage/disk/block_store.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

// Thread safety: any method from any thread.
class TenantSource final : public SeriesSource {
 public:
  // earliest_ms: where the tenant's retention ends; older samples are not shown although a block may still hold them.
  TenantSource(std::shared_ptr<const Tenant> tenant, std::shared_ptr<const BlockStore> blocks, std::int64_t earliest_ms)
      : tenant_(std::move(tenant)), blocks_(std::move(blocks)), earliest_ms_(earliest_ms) {}

  const ChangeFeed* changes() const override { return &tenant_->changes; }
  std::int64_t earliest_ms() const override { return earliest_ms_; }
  const SymbolSource& symbols() const override { return tenant_->symbols; }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs range,
                                            std::stop_token stop) const override;
  Result<std::unique_ptr<SeriesSet>> list(std::span<const Matcher> matchers, TimeRangeMs range,
                                          std::stop_token stop) const override;
  Result<std::vector<std::string>> label_names(const LabelQuery& query) const override;
  Result<std::vector<std::string>> label_values(const std::string& name, const LabelQuery& query) const override;

 private:
  using Refs = std::vector<SeriesRef>;
  TimeRangeMs within_retention(TimeRangeMs range) const;
  bool nothing_in(TimeRangeMs range) const;           // O(blocks); false promises nothing
  Result<RefSet> in_blocks(TimeRangeMs range) const;  // of what memory does not hold
  Result<RefSet> alive(TimeRangeMs range) const;      // never too few
  Result<Refs> matching(std::span<const Matcher> matchers, TimeRangeMs range, std::stop_token stop) const;
  Result<Refs> present(Refs refs, TimeRangeMs range) const;
  std::unique_ptr<SeriesSet> set_of(Refs refs, TimeRangeMs range) const;
  Result<std::optional<RefSet>> worth_filtering(TimeRangeMs range) const;
  Result<RefSet> series_of(const LabelQuery& query) const;

  const std::shared_ptr<const Tenant> tenant_;
  const std::shared_ptr<const BlockStore> blocks_;
  const std::int64_t earliest_ms_;
};

// A tenant nobody has written to.
class EmptySource final : public SeriesSource {
 public:
  const SymbolSource& symbols() const override { return symbols_; }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs range,
                                            std::stop_token stop) const override;
  Result<std::vector<std::string>> label_names(const LabelQuery&) const override { return std::vector<std::string>(); }
  Result<std::vector<std::string>> label_values(const std::string&, const LabelQuery&) const override {
    return std::vector<std::string>();
  }

 private:
  SymbolTable symbols_;
};

}  // namespace sluice::storage
