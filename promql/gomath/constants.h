// promql/gomath/constants.h
//
// Room: promql/gomath. What the algorithms share. Go's constants are exact until they meet a variable, so products and
// quotients of constants are written here as one rounded number.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

namespace sluice::promql::go {

inline constexpr double kInf = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::bit_cast<double>(std::uint64_t{0x7FF8000000000001});  // math.NaN()

inline constexpr double kHalfPi = std::numbers::pi / 2, kQuarterPi = std::numbers::pi / 4;  // halving rounds nothing
inline constexpr double kThreeQuarterPi = 0x1.2d97c7f3321d2p+1;
inline constexpr double kFourByPi = std::numbers::inv_pi * 4;
inline constexpr double kInverseLn2 = std::numbers::log2e, kInverseLn10 = std::numbers::log10e;

// ln 2 in two parts; the upper one has zeros at its end, so that small multiples of it are exact.
inline constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;

// Horner's scheme, the highest power first.
template <std::size_t n>
constexpr double polynomial(double x, const double (&coefficients)[n]) {
  double sum = coefficients[0];
  for (std::size_t i = 1; i < n; ++i) sum = sum * x + coefficients[i];
  return sum;
}

}  // namespace sluice::promql::go
