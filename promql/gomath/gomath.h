// promql/gomath/gomath.h
//
// Room: promql/gomath. Go's `math` package as it is on amd64, to the last bit, oddities included: Prometheus computes
// with it. C's library rounds other last digits. What is exact by definition has no twin here, the standard's is the
// same: sqrt, floor, ceil, fmod, ldexp, frexp. A NaN is a NaN: its payload is not promised.
#pragma once

namespace sluice::promql::go {

double exp(double x);  // +Inf from 709.44 on, where e^x would still be a number
double exp2(double x);
double pow(double x, double y);

double log(double x);  // of a denormal: about that of the smallest normal number
double log2(double x);
double log10(double x);
double log1p(double x);

double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double atan2(double y, double x);

double sinh(double x);
double cosh(double x);
double tanh(double x);
double asinh(double x);
double acosh(double x);
double atanh(double x);

// An infinity on its own side beats NaN, NaN beats the rest, and zeros have signs.
double max(double a, double b);
double min(double a, double b);

}  // namespace sluice::promql::go
