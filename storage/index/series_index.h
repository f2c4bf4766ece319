// storage/index/series_index.h
//
// Room: storage/index. One tenant's series: label sets by SeriesRef, postings (label pair to series), and matchers to
// refs. Refs are dense from 0 in order of registration. Labels cost 4 bytes each; postings are runs, then roaring
// bitmaps.
//
// Thread safety
//   add(): one writer at a time. Everything else: any thread, beside the writer. labels() takes no lock.
//   select() and the label questions hold the read lock for set operations only; regular expressions run outside it.
// Invariants
//   I1  A ref, once given, keeps its labels; nothing is ever removed while the index lives.
//   I2  A pair's posting holds exactly the refs whose labels contain that pair.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "proto/base/error.h"
#include "proto/base/mutex.h"
#include "proto/base/strong.h"
#include "proto/model/labels.h"
#include "proto/model/matcher.h"
#include "storage/index/label_store.h"
#include "storage/index/matcher_cache.h"
#include "storage/index/posting_table.h"
#include "storage/index/selector.h"
#include "storage/index/symbol_table.h"

namespace sluice::storage {

class SeriesIndex {
 public:
  static constexpr std::size_t kLabelsMax = LabelStore::kLabelsMax;  // in one series; StorageLimits refuse far sooner

  // `symbols` must outlive the index; every id given to add() comes from it.
  explicit SeriesIndex(const SymbolTable& symbols);
  SeriesIndex(const SeriesIndex&) = delete;
  SeriesIndex& operator=(const SeriesIndex&) = delete;

  // --- the writer

  // The series with exactly these labels. Canonical order: names sorted by their text, unique, no empty values; the
  // caller has seen to it. names.size() == values.size() <= kLabelsMax.
  std::optional<SeriesRef> find(std::span<const SymbolId> names, std::span<const SymbolId> values) const;

  // Registers a series that find() does not know and returns its ref: size() before the call. Some 0.5 us for 37
  // labels.
  SeriesRef add(std::span<const SymbolId> names, std::span<const SymbolId> values);

  // --- any thread

  std::uint32_t size() const;              // series registered; refs are [0, size())
  LabelsView labels(SeriesRef ref) const;  // ref < size(); valid while the index lives
  std::optional<SymbolId> label(SeriesRef ref,
                                SymbolId name) const;  // the value; nullopt: the series has no such label

  struct Selection {
    std::span<const Matcher> matchers;  // all must match; none: every series
    const RefSet* alive = nullptr;      // only these; null: all
    std::stop_token stop = {};
  };
  // Refs ascending. Errors: cancelled (stop was requested).
  Result<std::vector<SeriesRef>> select(const Selection& selection) const;

  // Sorted texts. `among` null: of all series. limit 0: none; else at most limit + 1, the smallest.
  std::vector<std::string> label_names(const RefSet* among, std::size_t limit) const;
  std::vector<std::string> label_values(std::string_view name, const RefSet* among, std::size_t limit) const;

  struct Count {
    std::string name;  // of a pair: name=value
    std::uint64_t value = 0;
  };
  struct Statistics {  // each list descending by value, then by name, at most `limit` entries
    std::vector<Count> series_by_metric, label_values_by_name, memory_by_name, series_by_pair;
  };
  Statistics statistics(std::size_t limit) const;
  std::uint64_t label_pairs() const;
  std::size_t memory_bytes() const;  // labels, tables and postings; without the symbols

 private:
  Result<std::vector<Condition>> conditions(const Selection& selection) const;
  std::uint32_t posted_count() const;
  void append_to_postings(SeriesRef ref, std::span<const SymbolId> names, std::span<const SymbolId> values)
      SLUICE_REQUIRES(mutex_);
  bool occurs(PairId pair, const RefSet* among) const SLUICE_REQUIRES_SHARED(mutex_);
  std::vector<SymbolId> values_of_few(SymbolId name, const RefSet& among) const;

  const SymbolTable& symbols_;
  LabelStore labels_;
  mutable MatcherCache cache_;
  mutable SharedMutex mutex_;
  PostingTable postings_ SLUICE_GUARDED_BY(mutex_);
  std::uint32_t posted_count_ SLUICE_GUARDED_BY(mutex_) = 0;  // series that have all their postings

  // the writer's: the series added last, because the next one mostly differs in a label or two
  std::vector<SymbolId> last_names_, last_values_;
  std::vector<PairId> last_pairs_;
};

}  // namespace sluice::storage
