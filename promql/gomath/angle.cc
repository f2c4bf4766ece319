// Go's math.Sin, Cos (sin.go) and Tan (tan.go), after Cephes. See docs/third-party.md.
#include <cmath>

#include "promql/gomath/constants.h"
#include "promql/gomath/gomath.h"
#include "promql/gomath/octant.h"

namespace sluice::promql::go {
namespace {

double near_sine(double z) {
  constexpr double kSine[] = {1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6,
                              -1.98412698295895385996e-4, 8.33333333332211858878e-3,  -1.66666666666666307295e-1};
  const double zz = z * z;
  return z + z * zz * polynomial(zz, kSine);
}

double near_cosine(double z) {
  constexpr double kCosine[] = {-1.13585365213876817300e-11, 2.08757008419747316778e-9,  -2.75573141792967388112e-7,
                                2.48015872888517045348e-5,   -1.38888888888730564116e-3, 4.16666666666665929218e-2};
  const double zz = z * z;
  return 1.0 - 0.5 * zz + zz * zz * polynomial(zz, kCosine);
}

double near_tangent(double z) {
  constexpr double kUpper[] = {-1.30936939181383777646e4, 1.15351664838587416140e6, -1.79565251976484877988e7};
  constexpr double kLower[] = {1, 1.36812963470692954678e4, -1.32089234440210967447e6, 2.50083801823357915839e7,
                               -5.38695755929454629881e7};
  const double zz = z * z;
  return zz > 1e-14 ? z + z * (zz * polynomial(zz, kUpper) / polynomial(zz, kLower)) : z;
}

double with_sign(bool negative, double y) { return negative ? -y : y; }

}  // namespace

double sin(double x) {
  if (x == 0 || std::isnan(x)) return x;
  if (std::isinf(x)) return kNan;
  const auto [octant, z] = octant_of(std::fabs(x));
  return with_sign((x < 0) != (octant > 3), octant % 4 == 2 ? near_cosine(z) : near_sine(z));
}

double cos(double x) {
  if (!std::isfinite(x)) return kNan;
  const auto [octant, z] = octant_of(std::fabs(x));
  return with_sign(octant == 2 || octant == 4, octant % 4 == 2 ? near_sine(z) : near_cosine(z));
}

double tan(double x) {
  if (x == 0 || std::isnan(x)) return x;
  if (std::isinf(x)) return kNan;
  const auto [octant, z] = octant_of(std::fabs(x));
  const double y = near_tangent(z);
  return with_sign(x < 0, octant % 4 == 2 ? -1 / y : y);
}

}  // namespace sluice::promql::go
