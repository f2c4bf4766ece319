#include "storage/index/symbol_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "proto/base/check.h"

namespace sluice::storage {
namespace {

constexpr std::size_t kArenaBytes = 64 * 1024;
constexpr std::size_t kFirstSlots = 1024;

std::uint32_t hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
}

// Text is stored behind its length: one byte up to 127, else four with the high bit set in the first.
std::size_t put_length(char* to, std::size_t length) {
  if (length < 0x80) {
    to[0] = static_cast<char>(length);
    return 1;
  }
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(length >> (24 - 8 * i));
  to[0] = static_cast<char>(to[0] | 0x80);
  return 4;
}

std::string_view text_at(const char* at) {
  const auto* raw = reinterpret_cast<const unsigned char*>(at);
  if (raw[0] < 0x80) return {at + 1, raw[0]};
  const std::size_t length = (raw[0] & 0x7fu) << 24 | raw[1] << 16 | raw[2] << 8 | raw[3];
  return {at + 4, length};
}

}  // namespace

SymbolTable::SymbolTable() : slots_(kFirstSlots) {}
SymbolTable::~SymbolTable() = default;

SymbolId SymbolTable::intern(std::string_view text) {
  const std::uint32_t hash = hash_of(text);
  if (const Slot& known = writer_slots()[probe(writer_slots(), hash, text)]; known.id_plus_one != 0)
    return SymbolId(known.id_plus_one - 1);
  CHECK(text.size() <= kTextBytesMax);
  const std::uint32_t id = entries_.push(store(text));
  const WriteLock lock(mutex_);
  if ((id + 1) * std::size_t{4} > slots_.size() * 3) grow();
  slots_[probe(slots_, hash, text)] = {hash, id + 1};
  return SymbolId(id);
}

std::string_view SymbolTable::text(SymbolId id) const { return text_at(entries_[id.value()]); }

std::optional<SymbolId> SymbolTable::find(std::string_view text) const {
  const std::uint32_t hash = hash_of(text);
  const ReadLock lock(mutex_);
  const Slot& slot = slots_[probe(slots_, hash, text)];
  if (slot.id_plus_one == 0) return std::nullopt;
  return SymbolId(slot.id_plus_one - 1);
}

std::size_t SymbolTable::probe(const std::vector<Slot>& slots, std::uint32_t hash, std::string_view text) const {
  const std::size_t mask = slots.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots[at];
    if (slot.id_plus_one == 0) return at;
    if (slot.hash == hash && text_at(entries_[slot.id_plus_one - 1]) == text) return at;
  }
}

void SymbolTable::grow() {
  std::vector<Slot> larger(slots_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.id_plus_one == 0) continue;
    std::size_t at = slot.hash & mask;
    while (larger[at].id_plus_one != 0) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots_.swap(larger);
}

const char* SymbolTable::store(std::string_view text) {
  const std::size_t need = text.size() + 4;
  if (need > arena_left_) {
    const std::size_t size = std::max(need, kArenaBytes);
    arenas_.push_back(std::make_unique_for_overwrite<char[]>(size));
    arena_next_ = arenas_.back().get();
    arena_left_ = size;
    arena_bytes_.fetch_add(size, std::memory_order_relaxed);
  }
  char* const at = arena_next_;
  const std::size_t head = put_length(at, text.size());
  std::memcpy(at + head, text.data(), text.size());
  arena_next_ += head + text.size();
  arena_left_ -= head + text.size();
  return at;
}

std::size_t SymbolTable::memory_bytes() const {
  const ReadLock lock(mutex_);
  return entries_.memory_bytes() + slots_.size() * sizeof(Slot) + arena_bytes_.load(std::memory_order_relaxed);
}

}  // namespace sluice::storage
