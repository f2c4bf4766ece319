// load/mesh/signal.h
//
// Room: load/mesh. How counters move: pure functions of (key, time), so that any value can be computed again later
// and an audit needs no memory of what was sent.
#pragma once

#include <cstdint>

namespace sluice::load {

// A well mixed 64-bit number from two: the only source of chance in the mesh.
std::uint64_t mix(std::uint64_t a, std::uint64_t b);
double unit(std::uint64_t hash);  // 0 <= result < 1

// What one target's life looks like at one moment; computed once per scrape and shared by all its series.
struct Moment {
  double age_s = 0;        // since the process started: counters count from there
  double busy_s = 0;       // age weighted by an hourly wave of load; grows at 0.4 to 1.6 seconds a second
  double late_s = 0;       // the same, another phase: slow requests come at other times
  std::int64_t cell = 0;   // 15 s cell of the wall clock, and
  double within_cell = 0;  // how far into it: both drive the noise
};
Moment moment_at(std::int64_t born_ms, std::int64_t now_ms);

// How many requests of each kind one label set has seen. Both only ever grow while a process lives.
struct Events {
  double ordinary = 0;
  double slow = 0;
  double all() const { return ordinary + slow; }
};
Events events_at(std::uint64_t key, double rate_per_s, const Moment& moment);

// A gauge between 0.5 and 1.5, moving slowly.
double sway(std::uint64_t key, const Moment& moment);

}  // namespace sluice::load
