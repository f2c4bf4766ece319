// storage/frame/xor_codec.h
//
// Room: storage/frame. Doubles that are no decimals, each XORed with the one before (Gorilla, Facebook 2015):
//   xored := bytes:varint  first:u64  per value: 0 | 10 bits-of-the-last-window | 11 leading:6 (length-1):6 bits
// Bits are written from the highest. A reader past the end sees zeros, so any bytes of the right length decode.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::storage {

void encode_xored(std::span<const double> values, std::string& out);                       // at least one value
[[nodiscard]] bool decode_xored(std::string_view& bytes, std::size_t count, double* out);  // false: corrupt
[[nodiscard]] bool skip_xored(std::string_view& bytes);

}  // namespace sluice::storage
