// Go's math.Sinh, Cosh (sinh.go), Tanh (tanh.go, after Cephes), and their inverses (asinh.go, acosh.go, atanh.go, after
// FreeBSD). See docs/third-party.md.
#include <cmath>

#include "promql/gomath/constants.h"
#include "promql/gomath/gomath.h"

namespace sluice::promql::go {
namespace {

constexpr double kLarge = 1 << 28, kNearZero = 1 / kLarge;

double near_sinh(double x) {  // Hart and Cheney, #2029
  constexpr double kUpper[] = {-0.2630563213397497062819489e+2, -0.2894211355989563807284660366e+4,
                               -0.8991272022039509355398013511e+5, -0.6307673640497716991184787251e+6};
  constexpr double kLower[] = {1, -0.173678953558233699533450911e+3, 0.1521517378790019070696485176e+5,
                               -0.6307673640497716991212077277e+6};
  const double square = x * x;
  return polynomial(square, kUpper) * x / polynomial(square, kLower);
}

double positive_sinh(double x) {
  if (x > 21) return exp(x) * 0.5;
  if (!(x > 0.5)) return near_sinh(x);
  const double e = exp(x);
  return (e - 1 / e) * 0.5;
}

double near_tanh(double x) {
  constexpr double kUpper[] = {-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3};
  constexpr double kLower[] = {1, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3};
  const double s = x * x;
  return x + x * s * polynomial(s, kUpper) / polynomial(s, kLower);
}

double positive_asinh(double x) {
  if (x > kLarge) return log(x) + std::numbers::ln2;
  if (x > 2) return log(2 * x + 1 / (std::sqrt(x * x + 1) + x));
  if (x < kNearZero) return x;
  return log1p(x + x * x / (1 + std::sqrt(1 + x * x)));
}

double positive_atanh(double x) {
  if (x < kNearZero) return x;
  if (x < 0.5) return 0.5 * log1p((x + x) + (x + x) * x / (1 - x));
  return 0.5 * log1p((x + x) / (1 - x));
}

}  // namespace

double sinh(double x) { return x < 0 ? -positive_sinh(-x) : positive_sinh(x); }

double cosh(double x) {
  x = std::fabs(x);
  const double e = exp(x);
  return x > 21 ? e * 0.5 : (e + 1 / e) * 0.5;
}

double tanh(double x) {
  constexpr double kMaxLog = 8.8029691931113054295988e+01;  // ln(2^127)
  const double z = std::fabs(x);
  if (z > 0.5 * kMaxLog) return x < 0 ? -1 : 1;
  if (z >= 0.625) return std::copysign(1 - 2 / (exp(2 * z) + 1), x);
  return x == 0 ? x : near_tanh(x);
}

double asinh(double x) {
  if (!std::isfinite(x)) return x;
  return x < 0 ? -positive_asinh(-x) : positive_asinh(x);
}

double acosh(double x) {
  if (x < 1 || std::isnan(x)) return kNan;
  if (x == 1) return 0;
  if (x >= kLarge) return log(x) + std::numbers::ln2;
  if (x > 2) return log(2 * x - 1 / (x + std::sqrt(x * x - 1)));
  const double t = x - 1;
  return log1p(t + std::sqrt(2 * t + t * t));
}

double atanh(double x) {
  if (std::fabs(x) > 1 || std::isnan(x)) return kNan;
  if (std::fabs(x) == 1) return std::copysign(kInf, x);
  return x < 0 ? -positive_atanh(-x) : positive_atanh(x);
}

}  // namespace sluice::promql::go
