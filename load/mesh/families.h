// load/mesh/families.h
//
// Room: load/mesh. The metrics a mesh exposes: their names, kinds, bounds and what a value of theirs looks like.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "load/mesh/profile.h"
#include "proto/model/sample.h"

namespace sluice::load {

enum class Behaviour : std::uint8_t {
  counter,    // whole numbers that grow
  seconds,    // a counter of time, in hundredths
  constant,   // always `scale`
  swaying,    // a gauge around `scale`, whole numbers
  uptime,     // seconds since the process started
  scraped,    // a gauge: how many series the target has shown
  histogram,  // buckets, sum and count, all of them counters
};

enum class LeSpelling : std::uint8_t { go2, go3 };  // "1", "3600000" and "1.0", "3.6e+06"

inline constexpr std::size_t kProfileCount = 16;

struct Family {
  std::string name;  // of the metric; a histogram's series add _bucket, _sum and _count
  Behaviour behaviour = Behaviour::counter;
  MetricType type = MetricType::counter;
  Bounds bounds;                   // histogram only
  std::vector<std::string> le[2];  // their spellings by LeSpelling, "+Inf" last
  std::vector<Profile> profiles;   // histogram only: kProfileCount shapes, from fast to slow
  double sum_unit = 1;             // sums are whole multiples of it: milliseconds and bytes are observed as integers

  std::size_t series_count() const { return behaviour == Behaviour::histogram ? bounds.size() + 3 : 1; }
};

// Owns every family by name; addresses are stable.
class Families {
 public:
  const Family& counter(std::string_view name) { return plain(name, Behaviour::counter, MetricType::counter); }
  const Family& plain(std::string_view name, Behaviour behaviour, MetricType type);
  const Family& histogram(std::string_view name, const Bounds& bounds, double median, double sum_unit);
  const std::deque<Family>& all() const { return families_; }

 private:
  const Family* find(std::string_view name) const;
  std::deque<Family> families_;
};

const Bounds& envoy_bounds();  // Envoy's 19 defaults, whatever the unit

// As Go 2.x's text scrape keeps it (shortest decimal) or as 3.x normalises it (always a float).
std::string spell_le(double bound, LeSpelling spelling);

}  // namespace sluice::load
