// storage/frame/decimal.h
//
// Room: storage/frame. Doubles as integers times a power of ten. What people measure is mostly integers or short
// decimals; a decimal with few digits is the double nearest to integer / 10^k, and one correctly rounded division
// brings it back.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sluice::storage {

inline constexpr unsigned kExponentMax = 15;
inline constexpr double kPowersOfTen[kExponentMax + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                          1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// Adding 1.5 * 2^52 leaves a double's integer in its low mantissa bits, for |x| < 2^51: no conversion instruction for
// int64 exists in AVX2, but additions do.
inline constexpr double kMagic = 6755399441055744.0;
inline constexpr std::uint64_t kMagicBits = 0x4338000000000000ULL;
inline constexpr double kIntegerLimit = 2251799813685248.0;  // 2^51

// |scaled| < 2^51. Rounds to the nearest integer, halves to even.
inline std::int64_t round_to_integer(double scaled) {
  return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(scaled + kMagic) - kMagicBits);
}
// The inverse for |integer| < 2^51; any other integer gives some double.
inline double to_double(std::int64_t integer) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(integer) + kMagicBits) - kMagic;
}

// The smallest exponent k <= k_max with which every value is exactly (bit for bit) integer / 10^k, |integer| < 2^51;
// fills `integers`. nullopt: there is none.
std::optional<unsigned> to_integers(std::span<const double> values, unsigned k_max, std::int64_t* integers);

// integers / 10^k. count may be 0.
void from_integers(const std::int64_t* integers, std::size_t count, unsigned k, double* values);

}  // namespace sluice::storage
