// load/mesh/profile.h
//
// Room: load/mesh. Where observations fall: for a list of bucket bounds, the share of observations at or below each.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sluice::load {

// Bounds of a classic histogram without +Inf, which every histogram has.
using Bounds = std::vector<double>;

struct Profile {
  std::vector<double> share;  // ascending, one per bound and a last 1.0 for +Inf
  double mean = 0;
};

// A log-normal shape around `median`; `spread` is the standard deviation of the logarithm.
Profile log_normal(std::span<const double> bounds, double median, double spread);

}  // namespace sluice::load
