#include "load/mesh/signal.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sluice::load {
namespace {

constexpr std::int64_t kCellMs = 15'000;
constexpr double kWavePeriodS = 3600;
constexpr double kWaveDepth = 0.6;
// The noise may take back at most 0.3 s a second, the wave leaves at least 0.4: their sum never falls.
constexpr double kNoiseSeconds = 0.3 * kCellMs / 1000;
constexpr double kSlowShare = 0.03;

double wave(double age_s, double phase) {
  constexpr double omega = 2 * std::numbers::pi / kWavePeriodS;
  return age_s + kWaveDepth / omega * (std::sin(omega * age_s + phase) - std::sin(phase));
}

double noise(std::uint64_t key, const Moment& moment) {
  const double here = unit(mix(key, static_cast<std::uint64_t>(moment.cell)));
  const double next = unit(mix(key, static_cast<std::uint64_t>(moment.cell + 1)));
  return here + (next - here) * moment.within_cell;
}

}  // namespace

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15ULL + b;  // splitmix64's finaliser over a weighted sum
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

double unit(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1.0p-53; }

Moment moment_at(std::int64_t born_ms, std::int64_t now_ms) {
  Moment moment;
  moment.age_s = static_cast<double>(std::max<std::int64_t>(0, now_ms - born_ms)) / 1000;
  moment.busy_s = wave(moment.age_s, 0);
  moment.late_s = wave(moment.age_s, 2);
  moment.cell = now_ms / kCellMs;
  moment.within_cell = static_cast<double>(now_ms % kCellMs) / kCellMs;
  return moment;
}

Events events_at(std::uint64_t key, double rate_per_s, const Moment& moment) {
  const double busy = moment.busy_s + kNoiseSeconds * noise(key, moment);
  return {std::floor(rate_per_s * busy), std::floor(rate_per_s * kSlowShare * moment.late_s)};
}

double sway(std::uint64_t key, const Moment& moment) {
  return 0.5 + 0.5 * noise(key, moment) + 0.25 + 0.25 * std::sin(moment.age_s / 900 + 6 * unit(key));
}

}  // namespace sluice::load
