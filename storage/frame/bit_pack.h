// storage/frame/bit_pack.h
//
// Room: storage/frame. Up to 64 numbers of equal width, side by side in a little-endian bit stream: number i starts at
// bit i * width. Eight numbers of width w fill exactly w bytes, which is what the unpacking loops are built on.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::storage {

inline constexpr std::size_t kPackedMax = 64;  // numbers in one call

constexpr std::uint8_t bits_for(std::uint64_t largest) { return static_cast<std::uint8_t>(std::bit_width(largest)); }
constexpr std::size_t packed_bytes(std::size_t count, std::uint8_t width) { return (count * width + 7) / 8; }

// Appends count <= kPackedMax numbers, each below 2^width.
void pack_bits(const std::uint64_t* numbers, std::size_t count, std::uint8_t width, std::string& out);

// Reads count <= kPackedMax numbers from the front of `bytes`, and moves `bytes` behind them. `numbers` has room for
// kPackedMax: whole groups of eight are written. False: too few bytes, or width over 64.
[[nodiscard]] bool unpack_bits(std::string_view& bytes, std::size_t count, std::uint8_t width, std::uint64_t* numbers);

}  // namespace sluice::storage
