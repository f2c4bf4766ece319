// storage/tsdb/tenant.h
//
// Room: storage/tsdb. Everything that is remembered of one tenant in memory. Nothing here refers to another tenant, so
// nothing can leak between them; on disk the tenant's number stands in every key.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "proto/base/tenant_id.h"
#include "proto/model/limits.h"
#include "storage/disk/block_store.h"
#include "storage/head/head.h"
#include "storage/index/series_index.h"
#include "storage/index/spelling_table.h"
#include "storage/index/symbol_table.h"
#include "storage/tsdb/active_series.h"
#include "storage/tsdb/change_log.h"
#include "storage/tsdb/exemplar_ring.h"
#include "storage/tsdb/metadata_book.h"
#include "storage/tsdb/record.h"

namespace sluice::storage {

class Tenant {
 public:
  Tenant(TenantId id, TenantNumber number) : id(std::move(id)), number(number) {}
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  const TenantId id;
  const TenantNumber number;

  // Each says itself who may call what; in short: one writer, any number of readers.
  SymbolTable symbols;
  SeriesIndex index{symbols};
  Head head;
  ActiveSeries active{head};
  ExemplarRing exemplars;
  MetadataBook metadata;
  ChangeLog changes;
  std::atomic<std::uint64_t> samples_appended{0};  // floats and histograms, since start

  // --- the commit leader's (at start: the loader's)

  SpellingTable spellings;
  StorageLimits spelling_limits;   // under which spellings were judged
  Watermark journaled;             // what the journal or a segment holds
  Watermark in_group;              // what it will hold when the group that is being judged has been written
  std::uint64_t new_in_group = 0;  // series registered since the last settle(): they do not show in the head yet
  // The group was published, and the journal holds `written`; or it was rolled back, and `written` is what it held
  // before.
  void settle(Watermark written);

  // The series with these canonical labels, registered if need be; the head has room for it afterwards.
  SeriesRef find_or_add(std::span<const LabelRef> labels);
  bool knows(std::span<const LabelRef> labels) const;
  // For replay and loading: ids are given, labels are ids already.
  void ensure_in_head(SeriesRef ref);
  Watermark registered() const { return {symbols.size(), index.size()}; }

  // --- the flusher's

  Watermark persisted;  // what segments hold
  std::uint64_t metadata_version_saved = 0, exemplars_version_saved = 0;

  // --- any thread

  SymbolId metric_of(SeriesRef ref) const;  // the symbol of the series' name
  Labels labels_of(SeriesRef ref) const { return to_labels(index.labels(ref), symbols); }

 private:
  std::uint64_t target_of(SeriesRef ref) const;
  std::vector<SymbolId> names_, values_;  // scratch of find_or_add
};

}  // namespace sluice::storage
