// storage/index/symbol_table.h
//
// Room: storage/index. One tenant's interned strings: label names, label values, metric names. Append-only, ids dense
// from 0.
//
// Thread safety
//   intern(): one writer at a time (the tenant's commit leader, or start-up).
//   text(), find(), size(): any thread, beside the writer; text() takes no lock.
#pragma once

#include <atomic>
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

  std::string_view text(SymbolId id) const override;  // id < size()
  std::optional<SymbolId> find(std::string_view text) const override;

  // Symbols so far: ids [from, size()) are what a persistent copy that ends at `from` still lacks.
  std::uint32_t size() const { return entries_.size(); }
  std::size_t memory_bytes() const;

 private:
  struct Slot {  // of the hash table; id_plus_one 0: free
    std::uint32_t hash = 0;
    std::uint32_t id_plus_one = 0;
  };
  // The slot that holds `text`, or the free one where it belongs.
  std::size_t probe(const std::vector<Slot>& slots, std::uint32_t hash, std::string_view text) const;
  // Only the writer changes slots_, under the lock: so the writer itself may look without it.
  const std::vector<Slot>& writer_slots() const SLUICE_NO_ANALYSIS { return slots_; }
  void grow() SLUICE_REQUIRES(mutex_);
  const char* store(std::string_view text);

  GrowOnlyArray<const char*> entries_;  // id -> length and text, in an arena
  mutable SharedMutex mutex_;
  std::vector<Slot> slots_ SLUICE_GUARDED_BY(mutex_);  // power of two, at most 3/4 full

  // the writer's
  std::vector<std::unique_ptr<char[]>> arenas_;
  char* arena_next_ = nullptr;
  std::size_t arena_left_ = 0;
  std::atomic<std::size_t> arena_bytes_{0};
};

}  // namespace sluice::storage
