// promql/histogram/custom_bounds.h
//
// Room: promql/histogram. Histograms with different custom bounds meet at the bounds they share.
#pragma once

#include <vector>

#include "proto/model/histogram.h"

namespace sluice::promql {

std::vector<double> shared_bounds(const std::vector<double>& a, const std::vector<double>& b);

// Every bucket goes to the first of `bounds` at or above its own, the rest to +Inf.
void roll_up(Histogram& histogram, const std::vector<double>& bounds);

// left += sign * right, bucket by bucket at the bounds they share. `compensation` (same layout as left) may be nullptr.
void combine_at_shared_bounds(Histogram& left, Histogram* compensation, const Histogram& right, double sign);

}  // namespace sluice::promql
