// storage/tsdb/label_codec.h
//
// Room: storage/tsdb. Label sets as symbol ids, each written as what differs from the set before of the same shape.
// Used in journal records and in series segments (docs/formats/journal.md, segments.md).
//
//   set   := shape:varint [count:varint name:varint*]  changed:bits  (value - value before):svarint per changed bit
//
// `shape` counts up from 0; a number not seen yet brings its names. The values "before" the first set of a shape are 0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/model/labels.h"
#include "storage/disk/bytes.h"

namespace sluice::storage {

class LabelSetEncoder {
 public:
  void add(LabelsView labels, std::string& out);

 private:
  std::uint32_t shape_of(LabelsView labels, std::string& out);
  std::unordered_map<const SymbolId*, std::uint32_t> shapes_;  // by the address of the shared names
  std::vector<std::vector<SymbolId>> last_values_;             // by shape
};

class LabelSetDecoder {
 public:
  static constexpr std::uint64_t kLabelsMax = 1024;

  // The views live until the next call. False: damaged bytes.
  [[nodiscard]] bool next(ByteReader& in);
  std::span<const SymbolId> names() const { return shapes_[current_].names; }
  std::span<const SymbolId> values() const { return shapes_[current_].values; }

 private:
  struct Shape {
    std::vector<SymbolId> names, values;
  };
  bool read_shape(ByteReader& in);
  std::vector<Shape> shapes_;
  std::size_t current_ = 0;
};

}  // namespace sluice::storage
