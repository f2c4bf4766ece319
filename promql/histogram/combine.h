// promql/histogram/combine.h
//
// Room: promql/histogram. What add, subtract and the compensated sums have in common.
#pragma once

#include "promql/histogram/float_histogram.h"

namespace sluice::promql {

// left += sign * right. `compensation` (same layout as left, or nullptr) collects what rounding lost.
Combined combine(Histogram& left, Histogram* compensation, const Histogram& right, double sign);

}  // namespace sluice::promql
