// storage/frame/integer_codec.h
//
// Room: storage/frame. Up to 64 integers as bit-packed offsets, in whichever order takes fewer bits:
//   levels  offsets from the smallest:       smallest:signed  width:u8         count * width bits
//   steps   steps between neighbours, as     first:signed     (0x80|width):u8  smallest_step:signed
//           offsets from the smallest step                                     (count - 1) * width bits
// All arithmetic wraps, so any int64 values round-trip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::storage {

// 1 <= integers.size() <= kPackedMax.
void encode_integers(std::span<const std::int64_t> integers, std::string& out);
// Bytes that encode_integers would append, within two bytes.
std::size_t integers_cost(std::span<const std::int64_t> integers);

// Reads count integers (1 to kPackedMax) into `integers`, which has room for kPackedMax, and moves `bytes` behind them.
// False: corrupt.
[[nodiscard]] bool decode_integers(std::string_view& bytes, std::size_t count, std::int64_t* integers);
// Moves `bytes` behind them. True exactly when decode_integers would succeed.
[[nodiscard]] bool skip_integers(std::string_view& bytes, std::size_t count);

}  // namespace sluice::storage
