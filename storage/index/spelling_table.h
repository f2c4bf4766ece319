// storage/index/spelling_table.h
//
// Room: storage/index. From a series' spelling (the keyed hash of its raw label bytes) to its ref. Senders repeat
// themselves: the series that followed last time follows again, so a lookup first compares the predicted successor,
// then hashes. Several spellings may lead to one ref. 28 to 36 bytes a spelling.
//
// Thread safety: none. Used by the tenant's commit leader only, one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/strong.h"
#include "proto/wire/write_batch.h"

namespace sluice::storage {

class SpellingTable {
 public:
  // Where in the remembered order a batch is. Start every batch with a fresh one; clear() ends the life of all cursors.
  class Cursor {
    friend class SpellingTable;
    std::uint32_t entry_ = kNowhere;
  };

  // Known: moves the cursor to it, so that its successor is expected next. 2 ns when predicted, 20 else.
  std::optional<SeriesRef> find(wire::Spelling spelling, Cursor& cursor);

  // Adds a spelling that find() does not know, as successor of the cursor, and moves the cursor to it.
  void insert(wire::Spelling spelling, SeriesRef ref, Cursor& cursor);

  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
  // Senders that reorder labels at will would fill the table: forgets everything when there are more spellings than
  // kSpellingsPerSeries * series_count + kSpellingsMin. Costs one round of misses. True: it forgot.
  bool forget_if_over(std::uint64_t series_count);
  void clear();
  std::size_t memory_bytes() const;

  static constexpr std::uint64_t kSpellingsPerSeries = 4;
  static constexpr std::uint64_t kSpellingsMin = 4096;

 private:
  static constexpr std::uint32_t kNowhere = 0xffffffff;
  struct Entry {
    wire::Spelling spelling;
    SeriesRef ref;
    std::uint32_t successor = kNowhere;  // entry that followed last time
  };
  std::uint32_t lookup(wire::Spelling spelling) const;
  void follow(Cursor& cursor, std::uint32_t entry);
  void place(std::uint32_t entry);
  void grow();

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // power of two; entry index or kNowhere
};

}  // namespace sluice::storage
