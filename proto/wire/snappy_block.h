// proto/wire/snappy_block.h
//
// Room: proto/wire. The elements of a snappy block, uncompressed. Why not the library, which still compresses and reads
// the length: docs/adr/0003-uncompressing-snappy.md. Format: github.com/google/snappy, format_description.txt.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::wire {

// Bytes behind the claimed size that may be written to: copies are made in whole chunks.
inline constexpr std::size_t kSnappySlackBytes = 64;

// `block`: as received, its length prefix included. `out`: as many bytes as the prefix claims, and kSnappySlackBytes.
// False for anything but exactly that many bytes, as snappy::RawUncompress; `out` then holds rubbish.
bool uncompress_snappy(std::string_view block, std::span<char> out);

}  // namespace sluice::wire
