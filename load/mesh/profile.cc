#include "load/mesh/profile.h"

#include <cmath>
#include <numbers>

namespace sluice::load {

Profile log_normal(std::span<const double> bounds, double median, double spread) {
  Profile profile;
  profile.share.reserve(bounds.size() + 1);
  for (const double bound : bounds) {
    const double z = std::log(bound / median) / spread;
    profile.share.push_back(0.5 * std::erfc(-z / std::numbers::sqrt2));
  }
  profile.share.push_back(1.0);
  profile.mean = median * std::exp(spread * spread / 2);
  return profile;
}

}  // namespace sluice::load
