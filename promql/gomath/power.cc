// Go's math.Pow (pow.go). See docs/third-party.md.
#include <cmath>
#include <cstdint>
#include <optional>

#include "promql/gomath/constants.h"
#include "promql/gomath/gomath.h"

namespace sluice::promql::go {
namespace {

bool is_odd(double x) { return std::fabs(x) < 0x1p53 && std::trunc(x) == x && static_cast<std::int64_t>(x) % 2 != 0; }

double power_of_zero(double x, double y) {
  const double magnitude = y < 0 ? kInf : 0;
  return std::signbit(x) && is_odd(y) ? -magnitude : magnitude;
}

// |x|^y where y is so large that only 1 stays.
double power_beyond(double x, double y) {
  if (x == -1) return 1;
  return (std::fabs(x) < 1) == (y > 0) ? 0 : kInf;
}

std::optional<double> special_power(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (y == 1) return x;
  if (std::isnan(x) || std::isnan(y)) return kNan;
  if (x == 0) return power_of_zero(x, y);
  if (std::isinf(y)) return power_beyond(x, y);
  if (std::isinf(x)) return power_of_zero(1 / x, -y);
  if (y == 0.5) return std::sqrt(x);
  if (y == -0.5) return 1 / std::sqrt(x);
  return std::nullopt;
}

// fraction * 2^exponent
struct Scaled {
  double fraction = 1;
  int exponent = 0;
};

// start * x^n by squaring; powers of two are counted apart, so that nothing overflows on the way.
Scaled times_power(double start, double x, std::int64_t n) {
  constexpr int kExponentMax = 1 << 12;  // beyond it the answer is 0 or infinite, whatever else follows
  Scaled product{start, 0}, square;
  square.fraction = std::frexp(x, &square.exponent);
  for (; n != 0; n >>= 1) {
    if (std::abs(square.exponent) > kExponentMax) {
      product.exponent += square.exponent;
      break;
    }
    if (n % 2 == 1) {
      product.fraction *= square.fraction;
      product.exponent += square.exponent;
    }
    square.fraction *= square.fraction;
    square.exponent *= 2;
    if (square.fraction < 0.5) {
      square.fraction += square.fraction;
      --square.exponent;
    }
  }
  return product;
}

}  // namespace

double pow(double x, double y) {
  if (const auto special = special_power(x, y)) return *special;
  double whole = std::trunc(std::fabs(y)), fraction = std::fabs(y) - whole;
  if (fraction != 0 && x < 0) return kNan;
  if (whole >= 0x1p63) return power_beyond(x, y);
  if (fraction > 0.5) {
    --fraction;
    ++whole;
  }
  const double start = fraction == 0 ? 1 : exp(fraction * log(x));
  const Scaled power = times_power(start, x, static_cast<std::int64_t>(whole));
  return y < 0 ? std::ldexp(1 / power.fraction, -power.exponent) : std::ldexp(power.fraction, power.exponent);
}

}  // namespace sluice::promql::go
