// load/mesh/rollouts.h
//
// Room: load/mesh. Which workload is rolled out when. On a fixed beat one workload after the other has all its pods
// replaced, one by one, over the first half of the beat: no two rollouts overlap, and whatever a pod's life meets can
// be computed instead of remembered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::load {

struct PodGroup {  // the pods that are rolled out together
  std::size_t first_pod = 0, pod_count = 0;
  bool versioned = true;  // a release may have a version of its own; the gateway's and ztunnel's never do
};

class Rollouts {
 public:
  struct Plan {
    std::int64_t every_ms = 0;  // 0: never
    std::int64_t since_ms = 0;  // the first one begins here
    bool new_versions = false;  // each one is a new version of the workload, and not only a new template hash
  };
  Rollouts(const Plan& plan, std::vector<PodGroup> groups) : plan_(plan), groups_(std::move(groups)) {}

  bool ever() const { return plan_.every_ms > 0; }
  bool ever_new_versions() const { return ever() && plan_.new_versions; }
  bool new_versions(std::size_t group) const { return ever_new_versions() && groups_[group].versioned; }
  const std::vector<PodGroup>& groups() const { return groups_; }

  // A workload's releases are counted from 0, what runs before its first rollout.
  std::uint64_t newest_release(std::size_t group, std::int64_t now_ms) const;  // of which a pod runs
  std::uint64_t oldest_release(std::size_t group, std::int64_t now_ms) const;
  std::uint64_t release_of_pod(std::size_t group, std::size_t pod_in_group, std::int64_t now_ms) const;

  // When a pod of the group became `release`, which is at least 1.
  std::int64_t turn_ms(std::size_t group, std::size_t pod_in_group, std::uint64_t release) const;
  std::int64_t first_turn_ms(std::size_t group, std::uint64_t release) const { return turn_ms(group, 0, release); }
  std::int64_t last_turn_ms(std::size_t group, std::uint64_t release) const {
    return turn_ms(group, groups_[group].pod_count - 1, release);
  }
  std::uint64_t begun(std::int64_t now_ms) const;  // of all groups

 private:
  std::int64_t cycle_ms() const { return plan_.every_ms * static_cast<std::int64_t>(groups_.size()); }

  Plan plan_;
  std::vector<PodGroup> groups_;
};

}  // namespace sluice::load
