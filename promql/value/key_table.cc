#include "promql/value/key_table.h"

#include <xxhash.h>

#include <algorithm>

namespace sluice::promql {
namespace {
std::uint64_t hash_of(std::span<const std::uint32_t> key) { return XXH3_64bits(key.data(), key.size_bytes()); }
}  // namespace

bool KeyTable::equals(const Entry& entry, std::uint64_t hash, std::span<const std::uint32_t> key) const {
  return entry.hash == hash && entry.length == key.size() &&
         std::equal(key.begin(), key.end(), words_.begin() + static_cast<std::ptrdiff_t>(entry.first));
}

std::uint32_t KeyTable::find(std::span<const std::uint32_t> key) const {
  if (slots_.empty()) return kAbsent;
  const std::uint64_t hash = hash_of(key);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    if (slots_[at] == kAbsent) return kAbsent;
    if (equals(entries_[slots_[at]], hash, key)) return slots_[at];
  }
}

std::uint32_t KeyTable::find_or_add(std::span<const std::uint32_t> key, bool* added) {
  if (added != nullptr) *added = false;
  if (entries_.size() * 2 >= slots_.size()) grow();
  const std::uint64_t hash = hash_of(key);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at] != kAbsent; at = (at + 1) & mask)
    if (equals(entries_[slots_[at]], hash, key)) return slots_[at];
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({hash, words_.size(), static_cast<std::uint32_t>(key.size())});
  words_.insert(words_.end(), key.begin(), key.end());
  if (added != nullptr) *added = true;
  return slots_[at];
}

std::span<const std::uint32_t> KeyTable::key(std::uint32_t number) const {
  const Entry& entry = entries_[number];
  return {words_.data() + entry.first, entry.length};
}

std::size_t KeyTable::bytes() const {
  return words_.size() * sizeof(std::uint32_t) + entries_.size() * sizeof(Entry) +
         slots_.size() * sizeof(std::uint32_t);
}

void KeyTable::grow() {
  slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), kAbsent);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < entries_.size(); ++number) {
    std::size_t at = entries_[number].hash & mask;
    while (slots_[at] != kAbsent) at = (at + 1) & mask;
    slots_[at] = number;
  }
}

}  // namespace sluice::promql
