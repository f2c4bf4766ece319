// Go's math.Exp (exp_amd64.s, which is Shibata's SLEEF with its fused multiply-adds) and math.Exp2 (exp.go, which is
// FreeBSD's e_exp.c). See docs/third-party.md.
#include <cmath>

#include "promql/gomath/constants.h"
#include "promql/gomath/gomath.h"

namespace sluice::promql::go {
namespace {

// e^x - 1 for |x| < 0.022: Taylor, every step fused.
double small_expm1(double x) {
  constexpr double kTerms[] = {2.4801587301587301587e-5,
                               1.9841269841269841270e-4,
                               1.3888888888888888889e-3,
                               8.3333333333333333333e-3,
                               4.1666666666666666667e-2,
                               1.6666666666666666667e-1,
                               0.5,
                               1.0};
  double sum = 0;
  for (const double term : kTerms) sum = std::fma(sum, x, term);
  return x * sum;
}

// e^(high - low) * 2^k, for |high - low| <= ln(2) / 2.
double scaled_exp(double high, double low, int k) {
  constexpr double kRational[] = {4.13813679705723846039e-08, -1.65339022054652515390e-06, 6.61375632143793436117e-05,
                                  -2.77777777770155933842e-03, 1.66666666666666657415e-01};
  const double r = high - low, t = r * r;
  const double c = r - t * polynomial(t, kRational);
  return std::ldexp(1 - ((low - (r * c) / (2 - c)) - high), k);
}

}  // namespace

double exp(double x) {
  constexpr double kLn2Upper = 0.69314718055966295651160180568695068359375;
  constexpr double kLn2Lower = 0.28235290563031577122588448175013436025525412068e-12;
  if (std::isnan(x)) return x;
  const double k = std::nearbyint(kInverseLn2 * x);
  if (k >= 1024) return kInf;
  if (k < -1075) return 0;
  const double r = std::fma(-k, kLn2Lower, std::fma(-k, kLn2Upper, x));
  double y = small_expm1(r * 0.0625);
  for (int i = 0; i < 3; ++i) y = (y + 2) * y;  // of e^x - 1, that of e^2x - 1
  return std::ldexp(std::fma(y + 2, y, 1), static_cast<int>(k));
}

double exp2(double x) {
  constexpr double kOverflow = 1.0239999999999999e+03, kUnderflow = -1.0740e+03;
  if (std::isnan(x)) return x;
  if (x > kOverflow) return kInf;
  if (x < kUnderflow) return 0;
  const int k = x > 0 ? static_cast<int>(x + 0.5) : static_cast<int>(x - 0.5);
  const double t = x - k;
  return scaled_exp(t * kLn2High, -t * kLn2Low, k);
}

}  // namespace sluice::promql::go
