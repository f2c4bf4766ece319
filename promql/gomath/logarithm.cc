// Go's math.Log (log_amd64.s), Log2 and Log10 (log10.go), and Log1p (log1p.go), all after FreeBSD's e_log.c and
// s_log1p.c. See docs/third-party.md.
#include <cmath>

#include "promql/gomath/constants.h"
#include "promql/gomath/gomath.h"

namespace sluice::promql::go {
namespace {

constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52) - 1;

std::uint64_t bits_of(double x) { return std::bit_cast<std::uint64_t>(x); }
int exponent_of(double x) { return static_cast<int>(bits_of(x) >> 52 & 0x7FF) - 1023; }
double with_mantissa(double power, std::uint64_t mantissa) { return std::bit_cast<double>(bits_of(power) | mantissa); }

// 1 + x = 2^k * (1 + f), and `c` is what the rounding of 1 + x has lost.
struct OnePlus {
  double k = 0, f = 0, c = 0;
  bool at_power = false;  // f is next to nothing
};

OnePlus reduced(double x) {
  constexpr double kSqrtHalfLess1 = -2.928932188134524755992e-01, kSqrt2Less1 = 4.142135623730950488017e-01;
  constexpr std::uint64_t kSqrt2Mantissa = 0x0006a09e667f3bcd;
  if (kSqrtHalfLess1 < x && x < kSqrt2Less1) return {.f = x};
  const bool one_is_nothing = std::fabs(x) >= 0x1p53;
  const double u = one_is_nothing ? x : 1 + x;
  const int k = exponent_of(u);
  const double c = one_is_nothing ? 0 : (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
  const std::uint64_t mantissa = bits_of(u) & kMantissa;
  if (mantissa < kSqrt2Mantissa)
    return {.k = static_cast<double>(k), .f = with_mantissa(1, mantissa) - 1, .c = c, .at_power = mantissa == 0};
  return {.k = static_cast<double>(k + 1),
          .f = with_mantissa(0.5, mantissa) - 1,
          .c = c,
          .at_power = (kMantissa + 1 - mantissa) >> 2 == 0};
}

double log_at_power(const OnePlus& x) {
  if (x.f == 0) return x.k * kLn2High + (x.c + x.k * kLn2Low);
  const double r = 0.5 * x.f * x.f * (1.0 - 0.66666666666666666 * x.f);
  return x.k * kLn2High - ((r - (x.k * kLn2Low + x.c)) - x.f);
}

}  // namespace

double log(double x) {
  constexpr double kOdd[] = {1.479819860511658591e-01, 1.818357216161805012e-01, 2.857142874366239149e-01,
                             6.666666666666735130e-01};
  constexpr double kEven[] = {1.531383769920937332e-01, 2.222219843214978396e-01, 3.999999999940941908e-01};
  constexpr double kSqrtHalf = 7.07106781186547524401e-01;
  if (x == 0) return -kInf;
  if (x < 0) return kNan;
  if (!(x < kInf)) return x;
  double fraction = with_mantissa(0.5, bits_of(x) & kMantissa);  // Go does not look whether x is denormal
  double k = exponent_of(x) + 1;
  if (fraction <= kSqrtHalf) {
    fraction *= 2;
    --k;
  }
  const double f = fraction - 1;
  const double s = f / (2 + f), s2 = s * s, s4 = s2 * s2;
  const double r = s2 * polynomial(s4, kOdd) + s4 * polynomial(s4, kEven);
  const double half_square = 0.5 * f * f;
  return k * kLn2High - ((half_square - (s * (half_square + r) + k * kLn2Low)) - f);
}

double log2(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  if (fraction == 0.5) return exponent - 1;
  return log(fraction) * kInverseLn2 + exponent;
}

double log10(double x) { return log(x) * kInverseLn10; }

double log1p(double x) {
  constexpr double kSeries[] = {1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01,
                                2.222219843214978396e-01, 2.857142874366239149e-01, 3.999999999940941908e-01,
                                6.666666666666735130e-01};
  if (x < -1 || std::isnan(x)) return kNan;
  if (x == -1) return -kInf;
  if (x == kInf) return x;
  if (std::fabs(x) < 0x1p-54) return x;
  if (std::fabs(x) < 0x1p-29) return x - x * x * 0.5;
  const OnePlus one_plus = reduced(x);
  if (one_plus.at_power) return log_at_power(one_plus);
  const auto [k, f, c, at_power] = one_plus;
  const double half_square = 0.5 * f * f;
  const double s = f / (2.0 + f), z = s * s;
  const double r = z * polynomial(z, kSeries);
  if (k == 0) return f - (half_square - s * (half_square + r));
  return k * kLn2High - ((half_square - (s * (half_square + r) + (k * kLn2Low + c))) - f);
}

}  // namespace sluice::promql::go
