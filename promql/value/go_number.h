// promql/value/go_number.h
//
// Room: promql/value. Numbers as Go prints them, beside the shortest forms of proto/base/number_text.h: error texts,
// annotations and count_values depend on it.
#pragma once

#include <string>

#include "proto/base/number_text.h"

namespace sluice::promql {

std::string go_general(double v, int digits);  // %.4g
std::string go_fixed(double v);                // %f
std::string openmetrics_float(double v);       // 1.0, NaN, +Inf, 0.5

}  // namespace sluice::promql
