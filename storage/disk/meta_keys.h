// storage/disk/meta_keys.h
//
// Room: storage/disk, and not for other rooms. The first byte of a key in the `meta` family says what it is.
#pragma once

#include <string>

namespace sluice::storage {

enum class MetaKind : char {
  format = 'F',     // version of everything in this directory
  tenant = 'T',     // number:be32 -> name
  position = 'P',   // journal position of the last flush
  block = 'B',      // block:be64 -> BlockInfo
  metadata = 'M',   // tenant:be32 -> all metric metadata of the tenant
  exemplars = 'E',  // tenant:be32 -> the exemplar ring
};

inline std::string meta_key(MetaKind kind) { return std::string(1, static_cast<char>(kind)); }

}  // namespace sluice::storage
