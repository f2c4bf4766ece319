#include "storage/index/spelling_table.h"

namespace sluice::storage {
namespace {
constexpr std::size_t kFirstSlots = 1024;
}

std::optional<SeriesRef> SpellingTable::find(wire::Spelling spelling, Cursor& cursor) {
  if (cursor.entry_ != kNowhere) {
    const std::uint32_t expected = entries_[cursor.entry_].successor;
    if (expected != kNowhere && entries_[expected].spelling == spelling) {
      cursor.entry_ = expected;
      return entries_[expected].ref;
    }
  }
  const std::uint32_t entry = lookup(spelling);
  if (entry == kNowhere) return std::nullopt;
  follow(cursor, entry);
  return entries_[entry].ref;
}

void SpellingTable::insert(wire::Spelling spelling, SeriesRef ref, Cursor& cursor) {
  if ((entries_.size() + 1) * 4 > slots_.size() * 3) grow();
  const auto entry = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({spelling, ref});
  place(entry);
  follow(cursor, entry);
}

bool SpellingTable::forget_if_over(std::uint64_t series_count) {
  if (entries_.size() <= kSpellingsPerSeries * series_count + kSpellingsMin) return false;
  clear();
  return true;
}

void SpellingTable::clear() {
  entries_ = {};
  slots_ = {};
}

std::size_t SpellingTable::memory_bytes() const {
  return entries_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(std::uint32_t);
}

std::uint32_t SpellingTable::lookup(wire::Spelling spelling) const {
  if (slots_.empty()) return kNowhere;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = spelling.low & mask;; at = (at + 1) & mask) {
    const std::uint32_t entry = slots_[at];
    if (entry == kNowhere || entries_[entry].spelling == spelling) return entry;
  }
}

void SpellingTable::follow(Cursor& cursor, std::uint32_t entry) {
  if (cursor.entry_ != kNowhere) entries_[cursor.entry_].successor = entry;
  cursor.entry_ = entry;
}

void SpellingTable::place(std::uint32_t entry) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = entries_[entry].spelling.low & mask;
  while (slots_[at] != kNowhere) at = (at + 1) & mask;
  slots_[at] = entry;
}

void SpellingTable::grow() {
  slots_.assign(slots_.empty() ? kFirstSlots : slots_.size() * 2, kNowhere);
  for (std::uint32_t entry = 0; entry < entries_.size(); ++entry) place(entry);
}

}  // namespace sluice::storage
