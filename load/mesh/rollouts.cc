#include "load/mesh/rollouts.h"

namespace sluice::load {

std::int64_t Rollouts::turn_ms(std::size_t group, std::size_t pod_in_group, std::uint64_t release) const {
  const auto pods = static_cast<std::int64_t>(groups_[group].pod_count);
  const std::int64_t within = plan_.every_ms / 2 * static_cast<std::int64_t>(pod_in_group) / pods;
  const std::int64_t first = plan_.since_ms + plan_.every_ms * static_cast<std::int64_t>(group) + within;
  return first + cycle_ms() * static_cast<std::int64_t>(release - 1);
}

std::uint64_t Rollouts::release_of_pod(std::size_t group, std::size_t pod_in_group, std::int64_t now_ms) const {
  if (!ever()) return 0;
  const std::int64_t since_first = now_ms - turn_ms(group, pod_in_group, 1);
  return since_first < 0 ? 0 : static_cast<std::uint64_t>(since_first / cycle_ms()) + 1;
}

std::uint64_t Rollouts::newest_release(std::size_t group, std::int64_t now_ms) const {
  return release_of_pod(group, 0, now_ms);
}

std::uint64_t Rollouts::oldest_release(std::size_t group, std::int64_t now_ms) const {
  return release_of_pod(group, groups_[group].pod_count - 1, now_ms);
}

std::uint64_t Rollouts::begun(std::int64_t now_ms) const {
  if (!ever() || now_ms < plan_.since_ms) return 0;
  return static_cast<std::uint64_t>((now_ms - plan_.since_ms) / plan_.every_ms) + 1;
}

}  // namespace sluice::load
