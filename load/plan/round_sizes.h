// load/plan/round_sizes.h
//
// Room: load/plan. How many series there were in each round: a fixed rate is kept although series come and go.
#pragma once

#include <vector>

#include "load/mesh/mesh.h"
#include "load/plan/timebase.h"

namespace sluice::load {

class RoundSizes {
 public:
  RoundSizes(const Mesh& mesh, const Timebase& timebase) : mesh_(mesh), timebase_(timebase) {}
  // Samples of one tenant in all rounds before `round`, which must have begun, and in `share` of it.
  double samples_before(std::uint64_t round, double share);

 private:
  double before(std::uint64_t round);

  const Mesh& mesh_;
  const Timebase& timebase_;
  std::vector<double> before_ = {0};  // by round
};

}  // namespace sluice::load
