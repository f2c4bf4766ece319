// Go's math.Asin, Acos (asin.go), Atan (atan.go) and Atan2 (atan2.go), after Cephes. See docs/third-party.md.
#include <cmath>

#include "promql/gomath/constants.h"
#include "promql/gomath/gomath.h"

namespace sluice::promql::go {
namespace {

double near_arctangent(double x) {  // x in [0, 0.66]
  constexpr double kUpper[] = {-8.750608600031904122785e-01, -1.615753718733365076637e+01, -7.500855792314704667340e+01,
                               -1.228866684490136173410e+02, -6.485021904942025371773e+01};
  constexpr double kLower[] = {1,
                               2.485846490142306297962e+01,
                               1.650270098316988542046e+02,
                               4.328810604912902668951e+02,
                               4.853903996359136964868e+02,
                               1.945506571482613964425e+02};
  const double z = x * x;
  return x * (z * polynomial(z, kUpper) / polynomial(z, kLower)) + x;
}

double positive_arctangent(double x) {
  constexpr double kBehindHalfPi = 6.123233995736765886130e-17;  // what pi/2 has beyond a double
  constexpr double kTan3PiBy8 = 2.41421356237309504880;
  if (x <= 0.66) return near_arctangent(x);
  if (x > kTan3PiBy8) return kHalfPi - near_arctangent(1 / x) + kBehindHalfPi;
  return kQuarterPi + near_arctangent((x - 1) / (x + 1)) + 0.5 * kBehindHalfPi;
}

double positive_arcsine(double x) {
  const double cosine = std::sqrt(1 - x * x);
  return x > 0.7 ? kHalfPi - positive_arctangent(cosine / x) : positive_arctangent(x / cosine);
}

// On an axis or infinitely far from both: the size of the angle.
double special_angle(double y, double x) {
  if (y == 0) return std::signbit(x) ? std::numbers::pi : 0;
  if (x == 0) return kHalfPi;
  if (std::isinf(x) && std::isinf(y)) return x > 0 ? kQuarterPi : kThreeQuarterPi;
  if (std::isinf(x)) return x > 0 ? 0 : std::numbers::pi;
  return kHalfPi;
}

}  // namespace

double asin(double x) {
  if (x == 0 || std::isnan(x)) return x;
  if (std::fabs(x) > 1) return kNan;
  return x < 0 ? -positive_arcsine(-x) : positive_arcsine(x);
}

double acos(double x) { return kHalfPi - asin(x); }

double atan(double x) {
  if (x == 0 || std::isnan(x)) return x;
  return x > 0 ? positive_arctangent(x) : -positive_arctangent(-x);
}

double atan2(double y, double x) {
  if (std::isnan(y) || std::isnan(x)) return kNan;
  if (y == 0 || x == 0 || std::isinf(x) || std::isinf(y)) return std::copysign(special_angle(y, x), y);
  const double angle = atan(y / x);
  if (x > 0) return angle;
  return angle <= 0 ? angle + std::numbers::pi : angle - std::numbers::pi;
}

}  // namespace sluice::promql::go
