// promql/value/go_number.h
//
// Room: promql/value. Numbers as Go prints them: error texts, annotations and count_values depend on it.
#pragma once

#include <string>

namespace sluice::promql {

std::string go_shortest(double v);           // f-1: shortest, never an exponent; NaN, +Inf, -Inf
std::string go_general(double v);            // %g and %v: shortest, exponent below 1e-4 and from 1e6
std::string go_general(double v, int digits);  // %.4g
std::string go_fixed(double v);              // %f
std::string openmetrics_float(double v);     // 1.0, NaN, +Inf, 0.5

}  // namespace sluice::promql
