#include "storage/index/posting_table.h"

namespace sluice::storage {
namespace {

// Ids are dense and small: a multiplication spreads them over the high bits.
std::size_t spread(SymbolId name, SymbolId value) {
  const std::uint64_t key = (std::uint64_t{name.value()} << 32) | value.value();
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 29);
}

}  // namespace

PairId PostingTable::intern(SymbolId name, SymbolId value) {
  std::size_t at = probe(name, value);
  if (slots_[at] != kFree) return slots_[at];
  if ((pairs_.size() + 1) * 4 > slots_.size() * 3) {
    grow();
    at = probe(name, value);
  }
  const auto id = static_cast<PairId>(pairs_.size());
  pairs_.push_back({name, value, {}});
  slots_[at] = id;
  if (by_name_.size() <= name.value()) by_name_.resize(name.value() + std::size_t{1});
  if (by_name_[name.value()].empty()) names_.push_back(name);
  by_name_[name.value()].push_back(id);
  return id;
}

std::optional<PairId> PostingTable::find(SymbolId name, SymbolId value) const {
  const PairId id = slots_[probe(name, value)];
  return id == kFree ? std::nullopt : std::optional(id);
}

const std::vector<PairId>& PostingTable::pairs_of(SymbolId name) const {
  static const std::vector<PairId> kNone;
  return name.value() < by_name_.size() ? by_name_[name.value()] : kNone;
}

std::size_t PostingTable::memory_bytes() const {
  std::size_t bytes =
      pairs_.capacity() * sizeof(Pair) + slots_.size() * sizeof(PairId) + names_.size() * sizeof(SymbolId);
  for (const Pair& pair : pairs_) bytes += pair.posting.memory_bytes();
  for (const auto& pairs : by_name_) bytes += sizeof(pairs) + pairs.capacity() * sizeof(PairId);
  return bytes;
}

std::size_t PostingTable::probe(SymbolId name, SymbolId value) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = spread(name, value) & mask;; at = (at + 1) & mask) {
    if (slots_[at] == kFree) return at;
    const Pair& pair = pairs_[slots_[at]];
    if (pair.name == name && pair.value == value) return at;
  }
}

void PostingTable::grow() {
  slots_.assign(slots_.size() * 2, kFree);
  for (PairId id = 0; id < pairs_.size(); ++id) slots_[probe(pairs_[id].name, pairs_[id].value)] = id;
}

}  // namespace sluice::storage
