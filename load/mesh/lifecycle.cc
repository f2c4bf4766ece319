#include "load/mesh/lifecycle.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "load/mesh/signal.h"

namespace sluice::load {
namespace {

constexpr std::int64_t kMeshBornMs = 1'700'000'000'000;  // November 2023: counters of pods that never restart are old

double gap_of(double per_minute) { return per_minute > 0 ? 60'000 / per_minute : 0; }

std::vector<std::uint32_t> shuffled_positions(std::size_t count, std::uint64_t seed) {
  std::vector<std::uint32_t> order(count), position(count);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[mix(seed, i) % i]);
  for (std::uint32_t i = 0; i < count; ++i) position[order[i]] = i;
  return position;
}

std::vector<std::optional<std::size_t>> groups_of_pods(const std::vector<PodGroup>& groups) {
  std::vector<std::optional<std::size_t>> by_pod;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t end = groups[g].first_pod + groups[g].pod_count;
    if (by_pod.size() < end) by_pod.resize(end);
    std::fill(by_pod.begin() + static_cast<std::ptrdiff_t>(groups[g].first_pod),
              by_pod.begin() + static_cast<std::ptrdiff_t>(end), g);
  }
  return by_pod;
}

}  // namespace

Lifecycle::Lifecycle(const Rates& rates, std::size_t pod_count, std::uint64_t seed, Rollouts rollouts)
    : replace_gap_ms_(gap_of(rates.replaced_per_minute)),
      restart_gap_ms_(gap_of(rates.restarted_per_minute)),
      position_(shuffled_positions(pod_count, seed)),
      rollouts_(std::move(rollouts)),
      group_(groups_of_pods(rollouts_.groups())) {}

// Events are numbered from the epoch; event n is the turn of the pod at position n mod pod_count.
Lifecycle::Turn Lifecycle::turn(std::size_t position, double gap_ms, std::int64_t now_ms) const {
  const auto pods = static_cast<std::int64_t>(position_.size());
  const auto latest_event = static_cast<std::int64_t>(std::floor(static_cast<double>(now_ms) / gap_ms));
  const std::int64_t behind = latest_event - static_cast<std::int64_t>(position);
  if (behind < 0) return {};
  const std::int64_t round = behind / pods;
  const auto event = static_cast<double>(round * pods + static_cast<std::int64_t>(position));
  return {static_cast<std::uint64_t>(round) + 1, static_cast<std::int64_t>(std::ceil(event * gap_ms))};
}

void Lifecycle::roll_out(std::size_t pod, std::int64_t now_ms, Life& life) const {
  if (!rollouts_.ever() || pod >= group_.size() || !group_[pod]) return;
  const std::size_t group = *group_[pod], within = pod - rollouts_.groups()[group].first_pod;
  life.release = rollouts_.release_of_pod(group, within, now_ms);
  life.generation += life.release;
  if (life.release > 0) life.born_ms = std::max(life.born_ms, rollouts_.turn_ms(group, within, life.release));
}

Life Lifecycle::life(std::size_t pod, std::int64_t now_ms) const {
  Life life{0, 0, kMeshBornMs + static_cast<std::int64_t>(pod) * 1'000};
  roll_out(pod, now_ms, life);
  if (pod >= position_.size()) return life;
  if (replace_gap_ms_ > 0) {
    const Turn replaced = turn(position_[pod], replace_gap_ms_, now_ms);
    life.generation += replaced.count;
    life.born_ms = std::max(life.born_ms, replaced.latest_ms);
  }
  if (restart_gap_ms_ > 0) {
    const std::size_t opposite = position_.size() - 1 - position_[pod];  // not the pods just replaced
    life.born_ms = std::max(life.born_ms, turn(opposite, restart_gap_ms_, now_ms).latest_ms);
  }
  return life;
}

}  // namespace sluice::load
