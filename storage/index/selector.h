// storage/index/selector.h
//
// Room: storage/index. From matchers to refs, in two steps: `plan` turns each matcher into sets of pairs to include or
// exclude (regular expressions run here, without a lock), `run` combines postings, cheapest first (under the index's
// read lock).
//
// A matcher that does not match "" keeps the series of the pairs it matches; one that matches "" drops the series of
// the pairs it does not match. A series has one value per name, so the pairs of one name never overlap and their counts
// add up.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "proto/model/matcher.h"
#include "storage/index/label_store.h"
#include "storage/index/matcher_cache.h"
#include "storage/index/posting_table.h"

namespace sluice::storage {

struct Condition {
  bool include = true;                               // else exclude
  SymbolId name;                                     // meaningless when `pairs` is empty
  std::shared_ptr<const std::vector<PairId>> pairs;  // never null
};

// What a matcher asks of the postings, as far as it is known without testing values.
struct Lookup {
  enum class Kind : std::uint8_t { nothing_to_do, pairs, test_values };
  Kind kind = Kind::pairs;
  Condition condition;                        // of `pairs`
  std::vector<MatcherCache::Value> fresh;     // of `test_values`: not tested yet
  std::shared_ptr<const TestedValues> known;  // of `test_values`
};
// Needs the index's read lock.
Lookup look_up(const Matcher& matcher, const SymbolSource& symbols, const PostingTable& postings, MatcherCache& cache);

struct Question {
  std::vector<Condition> conditions;  // all must hold
  const RefSet* alive = nullptr;      // only these; null: all
  std::uint32_t series_count = 0;     // only refs below it
};
// Needs the index's read lock. Refs ascending.
std::vector<SeriesRef> run(Question question, const PostingTable& postings, const LabelStore& labels);

}  // namespace sluice::storage
