#include "load/plan/round_sizes.h"

namespace sluice::load {

double RoundSizes::before(std::uint64_t round) {
  while (before_.size() <= round) {
    const std::int64_t at = timebase_.base_ms(before_.size() - 1);
    before_.push_back(before_.back() + static_cast<double>(mesh_.series_count(at)));
  }
  return before_[round];
}

double RoundSizes::samples_before(std::uint64_t round, double share) {
  const double whole = before(round);
  return share > 0 ? whole + share * (before(round + 1) - whole) : whole;
}

}  // namespace sluice::load
