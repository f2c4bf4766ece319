// storage/tsdb/value_column.h
//
// Room: storage/tsdb. The journal's values: doubles without the zero bytes at their end. Most of a mesh's values are
// small integers, whose doubles end in five or more zero bytes; others cost half a byte more than raw. Cheap both ways:
// every byte saved is not summed, copied into RocksDB's memtable, and written twice.
//
//   values := size nibbles, two a byte, the first one low   the significant bytes of each value, most significant kept
#pragma once

#include <span>
#include <string>

#include "storage/disk/bytes.h"
#include "storage/head/head.h"

namespace sluice::storage {

void encode_values(std::span<const FloatSample> floats, std::string& out);
// Fills the values of `floats`, whose number is known. False: damaged.
[[nodiscard]] bool decode_values(ByteReader& in, std::span<FloatSample> floats);

}  // namespace sluice::storage
