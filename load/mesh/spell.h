// load/mesh/spell.h
//
// Room: load/mesh. What a process counts about an edge while the workloads at its ends are rolled out.
// A label set names versions, so a new version is a new label set. The process shows each of them from the first pod of
// the release on; when the last pod of the release before it is gone, the former counters stand still, and stay until
// the process itself ends. A *spell* is the time in which one of these label sets counts.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "load/mesh/lifecycle.h"
#include "load/mesh/rollouts.h"

namespace sluice::load {

// The workloads that a label set names; none: unknown, or not the mesh's.
struct Parties {
  std::optional<std::size_t> source, destination;
};

struct Spell {
  std::uint64_t source_release = 0, destination_release = 0;
  std::int64_t from_ms = 0, until_ms = std::numeric_limits<std::int64_t>::max();
};

// How many spells one life can see. Between two rollouts of the process's own workload each other one is rolled out
// once, so each party but `own` adds one.
std::size_t spells_max(const Rollouts& rollouts, const Parties& parties, std::optional<std::size_t> own);

// The spell that slot `slot` of spells_max() holds at that moment, if it has begun. A spell keeps its slot also when
// the process restarts and forgets the ones before. `own`: the workload of the process, whose release is that of its
// life.
std::optional<Spell> spell_at(const Rollouts& rollouts, const Parties& parties, std::optional<std::size_t> own,
                              const Life& life, std::size_t slot, std::int64_t now_ms);

}  // namespace sluice::load
