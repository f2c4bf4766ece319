// storage/index/label_store.h
//
// Room: storage/index. Label sets by ref: a shape (the names, shared by all series that have the same ones) and the
// value ids. Thread safety: labels(), shape_of() and size() by any thread for refs it has learned; find() and add() by
// the writer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "proto/base/strong.h"
#include "proto/model/labels.h"
#include "storage/index/grow_only_array.h"

namespace sluice::storage {

class LabelStore {
 public:
  static constexpr std::size_t kLabelsMax = 1024;  // in one series

  std::optional<SeriesRef> find(std::span<const SymbolId> names, std::span<const SymbolId> values) const;
  SeriesRef add(std::span<const SymbolId> names, std::span<const SymbolId> values);

  std::uint32_t size() const { return series_.size(); }
  LabelsView labels(SeriesRef ref) const;
  std::uint32_t shape_of(SeriesRef ref) const { return series_[ref.value()].shape; }
  std::size_t memory_bytes() const;

 private:
  struct Shape {
    const SymbolId* names = nullptr;
    std::uint32_t count = 0;
  };
  struct Series {
    std::uint32_t first_value = 0, shape = 0;
  };
  struct Slot {  // of the hash tables; id_plus_one 0: free
    std::uint32_t hash = 0, id_plus_one = 0;
  };
  std::uint32_t shape_for(std::span<const SymbolId> names);
  std::size_t probe_shape(std::uint32_t hash, std::span<const SymbolId> names) const;
  std::size_t probe_series(std::uint32_t hash, std::span<const SymbolId> names, std::span<const SymbolId> values) const;
  bool equals(SeriesRef ref, std::span<const SymbolId> names, std::span<const SymbolId> values) const;
  static void grow_if_full(std::vector<Slot>& slots, std::size_t used);

  GrowOnlyArray<SymbolId, kLabelsMax> shape_names_;
  GrowOnlyArray<Shape, 64> shapes_;
  GrowOnlyArray<SymbolId, 4096> values_;
  GrowOnlyArray<Series> series_;

  // the writer's
  std::vector<Slot> shape_slots_ = std::vector<Slot>(64);
  std::vector<Slot> series_slots_ = std::vector<Slot>(1024);
};

}  // namespace sluice::storage
