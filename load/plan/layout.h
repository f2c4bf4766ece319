// load/plan/layout.h
//
// Room: load/plan. Who sends what: targets are dealt to agents, an agent's series to its shards (one connection each),
// a shard's places to batches. Series come and go and places stay, so the layout never changes and "batch 17 of round
// 4" names the same places for ever: that is what the ledger remembers.
#pragma once

#include <cstdint>
#include <vector>

#include "load/mesh/mesh.h"
#include "load/plan/timebase.h"

namespace sluice::load {

struct Fleet {
  std::size_t agents = 2;
  std::size_t shards = 4;                  // per agent
  std::size_t samples_per_request = 2000;  // Prometheus 3.x and Alloy; 500 in 2.x
  bool flush_after_deadline = false;       // at real time a batch waits at most five seconds to be filled
};

struct Segment {
  std::uint32_t target = 0;
  Places places;
};

struct Batch {
  std::vector<Segment> segments;
  std::uint32_t place_count = 0;    // samples of a round in which every place is taken
  std::uint32_t places_before = 0;  // in this shard
};

struct Shard {
  std::size_t agent = 0, number = 0;
  std::size_t first_batch = 0, batch_count = 0;  // in Layout::batches
  std::uint64_t place_count = 0;
};

struct Layout {
  std::vector<std::vector<std::uint32_t>> targets;  // by agent, in the order of their scrapes
  std::vector<Batch> batches;
  std::vector<Shard> shards;
};

// The places of a target that a shard carries.
Places places_of_shard(const Mesh& mesh, std::uint32_t target, std::size_t shard_number, std::size_t shards);

Layout make_layout(const Mesh& mesh, const Timebase& timebase, const Fleet& fleet);

}  // namespace sluice::load
