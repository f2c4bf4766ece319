// storage/index/matcher_cache.h
//
// Room: storage/index. Which values of a label name a regular expression tells apart from the missing label. A name's
// pairs only grow, so an answer is kept with the count it covers and only the rest is tested next time. Thread safety:
// any thread.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/model/labels.h"
#include "proto/model/matcher.h"
#include "storage/index/posting_table.h"

namespace sluice::storage {

// Pairs whose value v has matcher.matches(v) != matcher.matches(""): to include when the empty value does not match, to
// exclude when it does.
struct TestedValues {
  std::size_t tested = 0;  // of the name's pairs, in their order
  std::vector<PairId> telling;
};

class MatcherCache {
 public:
  static constexpr std::size_t kMatchersMax = 32;       // the one unused longest goes first
  static constexpr std::size_t kTellingMax = 1u << 18;  // longer answers are not kept: at most 32 MB in all

  struct Value {
    PairId pair = 0;
    SymbolId value;
  };

  std::shared_ptr<const TestedValues> known(const Matcher& matcher);  // empty when unknown, never null

  // Tests `fresh`, the values after known->tested, and keeps the sum. Null: stop was requested.
  std::shared_ptr<const TestedValues> extend(const Matcher& matcher, std::shared_ptr<const TestedValues> known,
                                             std::span<const Value> fresh, const SymbolSource& symbols,
                                             const std::stop_token& stop);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const TestedValues> values;
  };
  void keep(std::string key, std::shared_ptr<const TestedValues> values);

  Mutex mutex_;
  std::list<Entry> recent_ SLUICE_GUARDED_BY(mutex_);  // front: used last
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::storage
