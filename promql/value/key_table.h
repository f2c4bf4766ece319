// promql/value/key_table.h
//
// Room: promql/value. Keys of any length (rows of symbol ids) to dense numbers, in order of first appearance.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice::promql {

class KeyTable {
 public:
  static constexpr std::uint32_t kAbsent = 0xFFFFFFFFU;

  std::uint32_t find(std::span<const std::uint32_t> key) const;  // kAbsent when unknown
  // The number of `key`; `added` tells whether it is new. O(key).
  std::uint32_t find_or_add(std::span<const std::uint32_t> key, bool* added = nullptr);
  std::size_t size() const { return entries_.size(); }
  std::span<const std::uint32_t> key(std::uint32_t number) const;
  std::size_t bytes() const;

 private:
  struct Entry {
    std::uint64_t hash;
    std::size_t first;  // in words_
    std::uint32_t length;
  };
  bool equals(const Entry& entry, std::uint64_t hash, std::span<const std::uint32_t> key) const;
  void grow();

  std::vector<std::uint32_t> words_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // open addressing, at most half full; kAbsent: free
};

}  // namespace sluice::promql
