// load/plan/layout.h
//
// Room: load/plan. Who sends what: targets are dealt to agents, an agent's series to its shards (one connection each),
// a shard's series to batches. A replaced pod has as many series as the one before it, so the layout never changes and
// "batch 17 of round 4" names the same places for ever: that is what the ledger remembers.
#pragma once

#include <cstdint>
#include <vector>

#include "load/mesh/mesh.h"
#include "load/plan/timebase.h"

namespace sluice::load {

struct Fleet {
  std::size_t agents = 2;
  std::size_t shards = 4;                 // per agent
  std::size_t samples_per_request = 2000;  // Prometheus 3.x and Alloy; 500 in 2.x
  bool flush_after_deadline = false;      // at real time a batch waits at most five seconds to be filled
};

struct Segment {  // series first, first + shards, ... of one target
  std::uint32_t target = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct Batch {
  std::vector<Segment> segments;
  std::uint32_t sample_count = 0;
  std::uint32_t samples_before = 0;  // in this shard and round
};

struct Shard {
  std::size_t agent = 0, number = 0;
  std::size_t first_batch = 0, batch_count = 0;  // in Layout::batches
  std::uint64_t sample_count = 0;                // per round
};

struct Layout {
  std::vector<std::vector<std::uint32_t>> targets;  // by agent, in the order of their scrapes
  std::vector<Batch> batches;
  std::vector<Shard> shards;
};

Layout make_layout(const Mesh& mesh, const Timebase& timebase, const Fleet& fleet);

}  // namespace sluice::load
