// storage/index/posting_table.h
//
// Room: storage/index. Label pairs, each with its Posting; label names, each with its pairs in the order they first
// appeared (append-only, so that whoever has tested the first n values of a name need only test the rest). Thread
// safety: none; SeriesIndex guards it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/strong.h"
#include "storage/index/posting.h"

namespace sluice::storage {

using PairId = std::uint32_t;  // dense from 0

class PostingTable {
 public:
  struct Pair {
    SymbolId name, value;
    Posting posting;
  };

  PairId intern(SymbolId name, SymbolId value);  // new pairs have an empty posting
  std::optional<PairId> find(SymbolId name, SymbolId value) const;

  Pair& pair(PairId id) { return pairs_[id]; }
  const Pair& pair(PairId id) const { return pairs_[id]; }
  std::size_t pair_count() const { return pairs_.size(); }
  const std::vector<PairId>& pairs_of(SymbolId name) const;  // empty when no series has the label
  const std::vector<SymbolId>& names() const { return names_; }
  std::size_t memory_bytes() const;

 private:
  static constexpr PairId kFree = 0xffffffff;
  std::size_t probe(SymbolId name, SymbolId value) const;
  void grow();

  std::vector<Pair> pairs_;
  std::vector<PairId> slots_ = std::vector<PairId>(1024, kFree);  // power of two, at most 3/4 full
  std::vector<SymbolId> names_;                                   // in order of appearance
  std::vector<std::vector<PairId>> by_name_;                      // [name id]
};

}  // namespace sluice::storage
