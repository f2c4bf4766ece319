// load/mesh/lifecycle.h
//
// Room: load/mesh. Which pods live when. Replacements and restarts happen on a fixed beat of the wall clock, one pod
// after the other in a shuffled order, so that "which life is pod 17 in at 09:31?" is arithmetic and not memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "load/mesh/rollouts.h"

namespace sluice::load {

// One life of one target: from a replacement (new names, new series) or a restart (same series, counters from zero).
struct Life {
  std::uint64_t generation = 0;  // counts replacements: part of the pod's name
  std::uint64_t release = 0;     // counts rollouts of its workload, which are replacements too
  std::int64_t born_ms = 0;      // since when its counters count
  friend bool operator==(const Life&, const Life&) = default;
};

class Lifecycle {
 public:
  struct Rates {
    double replaced_per_minute = 0;   // --churn
    double restarted_per_minute = 0;  // --restarts
  };
  // Pods 0 .. pod_count - 1 come and go by themselves; those of a group of `rollouts` are rolled out; others never
  // change.
  Lifecycle(const Rates& rates, std::size_t pod_count, std::uint64_t seed, Rollouts rollouts);
  Life life(std::size_t pod, std::int64_t now_ms) const;
  bool ever_replaces() const { return replace_gap_ms_ > 0 || rollouts_.ever(); }
  const Rollouts& rollouts() const { return rollouts_; }

 private:
  struct Turn {
    std::uint64_t count = 0;     // how often it has been this pod's turn
    std::int64_t latest_ms = 0;  // when last
  };
  void roll_out(std::size_t pod, std::int64_t now_ms, Life& life) const;
  Turn turn(std::size_t position, double gap_ms, std::int64_t now_ms) const;

  double replace_gap_ms_ = 0, restart_gap_ms_ = 0;  // between two events of the mesh; 0: never
  std::vector<std::uint32_t> position_;             // of each pod in the shuffled order
  Rollouts rollouts_;
  std::vector<std::optional<std::size_t>> group_;  // of each pod
};

}  // namespace sluice::load
