#include "storage/index/label_store.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "proto/base/check.h"

namespace sluice::storage {
namespace {

std::uint64_t hash_ids(std::span<const SymbolId> ids, std::uint64_t seed) {
  return XXH3_64bits_withSeed(ids.data(), ids.size_bytes(), seed);
}
std::uint32_t hash_of(std::span<const SymbolId> names) { return static_cast<std::uint32_t>(hash_ids(names, 0)); }
std::uint32_t hash_of(std::span<const SymbolId> names, std::span<const SymbolId> values) {
  return static_cast<std::uint32_t>(hash_ids(values, hash_ids(names, 0)));
}

}  // namespace

std::optional<SeriesRef> LabelStore::find(std::span<const SymbolId> names, std::span<const SymbolId> values) const {
  const Slot& slot = series_slots_[probe_series(hash_of(names, values), names, values)];
  if (slot.id_plus_one == 0) return std::nullopt;
  return SeriesRef(slot.id_plus_one - 1);
}

SeriesRef LabelStore::add(std::span<const SymbolId> names, std::span<const SymbolId> values) {
  CHECK(names.size() == values.size() && names.size() <= kLabelsMax);
  grow_if_full(series_slots_, series_.size());
  const std::uint32_t hash = hash_of(names, values);
  const std::size_t at = probe_series(hash, names, values);
  DCHECK(series_slots_[at].id_plus_one == 0);
  const std::uint32_t shape = shape_for(names);
  const std::uint32_t ref = series_.push({values_.push_together(values), shape});
  series_slots_[at] = {hash, ref + 1};
  return SeriesRef(ref);
}

LabelsView LabelStore::labels(SeriesRef ref) const {
  const Series& series = series_[ref.value()];
  const Shape& shape = shapes_[series.shape];
  if (shape.count == 0) return {};
  return {shape.names, &values_[series.first_value], shape.count};
}

std::size_t LabelStore::memory_bytes() const {
  return shape_names_.memory_bytes() + shapes_.memory_bytes() + values_.memory_bytes() + series_.memory_bytes() +
         (shape_slots_.size() + series_slots_.size()) * sizeof(Slot);
}

std::uint32_t LabelStore::shape_for(std::span<const SymbolId> names) {
  grow_if_full(shape_slots_, shapes_.size());
  const std::uint32_t hash = hash_of(names);
  Slot& slot = shape_slots_[probe_shape(hash, names)];
  if (slot.id_plus_one == 0) {
    const std::uint32_t first = shape_names_.push_together(names);
    const SymbolId* const at = names.empty() ? nullptr : &shape_names_[first];
    slot = {hash, shapes_.push({at, static_cast<std::uint32_t>(names.size())}) + 1};
  }
  return slot.id_plus_one - 1;
}

std::size_t LabelStore::probe_shape(std::uint32_t hash, std::span<const SymbolId> names) const {
  const std::size_t mask = shape_slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = shape_slots_[at];
    if (slot.id_plus_one == 0) return at;
    if (slot.hash != hash) continue;
    const Shape& shape = shapes_[slot.id_plus_one - 1];
    if (std::equal(names.begin(), names.end(), shape.names, shape.names + shape.count)) return at;
  }
}

std::size_t LabelStore::probe_series(std::uint32_t hash, std::span<const SymbolId> names,
                                     std::span<const SymbolId> values) const {
  const std::size_t mask = series_slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = series_slots_[at];
    if (slot.id_plus_one == 0) return at;
    if (slot.hash == hash && equals(SeriesRef(slot.id_plus_one - 1), names, values)) return at;
  }
}

bool LabelStore::equals(SeriesRef ref, std::span<const SymbolId> names, std::span<const SymbolId> values) const {
  const LabelsView view = labels(ref);
  return std::equal(values.begin(), values.end(), view.values, view.values + view.count) &&
         std::equal(names.begin(), names.end(), view.names, view.names + view.count);
}

void LabelStore::grow_if_full(std::vector<Slot>& slots, std::size_t used) {
  if ((used + 1) * 4 <= slots.size() * 3) return;
  std::vector<Slot> larger(slots.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : slots) {
    if (slot.id_plus_one == 0) continue;
    std::size_t at = slot.hash & mask;
    while (larger[at].id_plus_one != 0) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots.swap(larger);
}

}  // namespace sluice::storage
