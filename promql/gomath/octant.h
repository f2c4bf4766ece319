// promql/gomath/octant.h
//
// Room: promql/gomath. Which eighth of the circle an angle lies in, and how far from its even edge.
#pragma once

#include <cstdint>

namespace sluice::promql::go {

struct Octant {
  std::uint64_t number = 0;  // 0, 2, 4 or 6: odd ones are counted back from the next
  double z = 0;              // within pi/4 of that edge
};

Octant octant_of(double x);  // x: finite, not negative

}  // namespace sluice::promql::go
