// storage/index/symbol_table.h
//
// Room: storage/index. One tenant's interned strings: label names, label values, metric names. Append-only, ids dense from 0.
//
// Thread safety
//   intern() and intern_next(): one writer at a time (the tenant's commit leader, or start-up).
//   text(), find(), size(): any thread, beside the writer; text() takes no lock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/model/labels.h"
#include "storage/index/grow_only_array.h"

namespace sluice::storage {

class SymbolTable final : public SymbolSource {
 public:
  static constexpr std::size_t kTextBytesMax = 1u << 20;  // a single string; limits refuse far sooner

  SymbolTable();
  ~SymbolTable() override;

  // The id of `text`, new or known. The text is copied. O(1), some 20 ns for a known one.
  SymbolId intern(std::string_view text);

  std::string_view text(SymbolId id) const override;                          // id < size()
  std::optional<SymbolId> find(std::string_view text) const override;

  // Symbols so far: ids [from, size()) are what a persistent copy that ends at `from` still lacks.
  std::uint32_t size() const { return entries_.size(); }
  std::size_t memory_bytes() const;

 private:
  struct Slot {            // of the hash table; id_plus_one 0: free
    std::uint32_t hash = 0;
    std::uint32_t id_plus_one = 0;
  };
  const char* store(std::string_view text);
  std::size_t probe(std::uint32_t hash, std::string_view text) const;  // the slot that holds it, or the free one
  void grow() SLUICE_REQUIRES(mutex_);

  GrowOnlyArray<const char*> entries_;  // id -> length (varint) and text
  mutable SharedMutex mutex_;           // taken exclusively only to insert: the writer may read slots_ without it
  std::vector<Slot> slots_;             // power of two
  std::vector<std::unique_ptr<char[]>> arenas_;  // writer only
  std::size_t arena_left_ = 0, arena_bytes_ = 0;
  char* arena_next_ = nullptr;
};

}  // namespace sluice::storage
