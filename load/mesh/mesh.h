// load/mesh/mesh.h
//
// Room: load/mesh. The simulated mesh: targets, their series and any series' value at any time.
// A target is what lives and dies together: a pod's Envoy, a pod's containers as cAdvisor sees them, istiod, a node.
// Everything here is a pure function of the Spec: two processes with one Spec agree on every bit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "load/mesh/attack.h"
#include "load/mesh/families.h"
#include "load/mesh/lifecycle.h"
#include "load/mesh/signal.h"
#include "load/mesh/spell.h"
#include "load/mesh/topology.h"
#include "proto/base/check.h"
#include "proto/model/labels.h"

namespace sluice::load {

// One text for a set of labels: equal sets, equal texts.
std::string label_text(std::span<const LabelRef> labels);

struct MeshSpec {
  MeshSize size;
  Lifecycle::Rates rates;
  Rollouts::Plan rollouts;
  Attack attack;
  std::vector<std::string> ambient;  // namespaces of workload_namespaces() whose pods have no sidecars
  LeSpelling le = LeSpelling::go2;
  std::size_t pods_per_node = 20;
  std::vector<Label> external_labels;  // as an agent adds them: cluster, prometheus, ...
};

// The series of one family under one label set.
struct Block {
  const Family* family = nullptr;
  std::uint32_t label_set = 0;  // index into Mesh's own label sets
  std::uint32_t first = 0;      // the block's first place within its target
  double scale = 0;             // events a second, or a gauge's middle
  std::uint64_t key = 0;        // equal keys move together: a counter and the histogram of the same requests
  std::uint8_t profile = 0;
  std::uint8_t slot = 0;      // of the spells that its label set goes through
  std::int64_t since_ms = 0;  // not there before
};

// A proxy is the Envoy of a workload's pod: sidecar, gateway or waypoint.
enum class TargetKind : std::uint8_t { proxy, istiod, ztunnel, node, containers };
enum class PodOwner : std::uint8_t { workload, istiod, ztunnel };

struct Target {
  TargetKind kind = TargetKind::proxy;
  PodOwner owner = PodOwner::workload;  // whose pod it is
  std::size_t workload = 0;             // then
  std::size_t pod = 0;                  // number of the pod in the mesh: the key of its life; none: beyond every pod
  std::size_t page = 0;                 // targets of one page are scraped at one moment (all containers of a node)
  std::size_t node = 0;
  std::uint32_t place_count = 0;  // one for each series it may ever expose at one time
  std::vector<Block> blocks;
  std::vector<std::size_t> peers;  // workloads whose rollouts give it new series
  bool attacked = false;           // and so does each new Host header
};

// Places first, first + stride, ... of a target. A place is taken by one series after the other, or is empty for a
// while.
struct Places {
  std::uint32_t first = 0, count = 0, stride = 1;
  Places take(std::uint32_t count_max) {  // the first ones, which are no longer part of this
    const Places taken{first, std::min(count, count_max), stride};
    first += taken.count * stride;
    count -= taken.count;
    return taken;
  }
};

// Changes whenever the set of series that a target exposes changes.
struct Edition {
  std::uint64_t generation = 0;
  std::uint64_t oldest = 0, newest = 0;  // releases of its peers that it shows, added up
  std::uint64_t hosts = 0;               // of an attack
  friend bool operator==(const Edition&, const Edition&) = default;
  bool lacks_series_of(const Edition& former) const {
    return generation != former.generation || oldest != former.oldest;
  }
};

class Mesh {
 public:
  explicit Mesh(const MeshSpec& spec);
  // The mesh whose series count comes near `series`, by its services and, when small, by fewer pods. The reference mesh
  // alone has some 3,000 series.
  static MeshSpec spec_for_series(MeshSpec spec, std::uint64_t series);

  const MeshSpec& spec() const { return spec_; }
  const std::vector<Target>& targets() const { return targets_; }
  const Topology& topology() const { return topology_; }
  const Families& families() const { return families_; }
  const Rollouts& rollouts() const { return lifecycle_.rollouts(); }
  std::size_t page_count() const { return page_count_; }

  std::uint64_t series_count(std::int64_t at_ms) const;
  std::uint32_t series_count(std::size_t target, std::int64_t at_ms) const;
  Places places(std::size_t target) const { return {0, targets_[target].place_count, 1}; }

  Life life(std::size_t target, std::int64_t now_ms) const { return lifecycle_.life(targets_[target].pod, now_ms); }
  Edition edition(std::size_t target, std::int64_t now_ms) const;
  bool ever_changes() const {
    return lifecycle_.ever_replaces() || rollouts().ever_new_versions() || spec_.attack.ever();
  }

  // What the scrape adds to every series of the target: job, instance, pod labels. Sorted.
  std::vector<Label> target_labels(std::size_t target, const Life& life) const;

  // Calls visit(place, labels) for the series that are there, in ascending order; labels are sorted by name and
  // borrowed.
  template <class Visit>
  void describe(std::size_t target, std::int64_t at_ms, const Places& places, Visit visit) const;
  // As describe, for the series that were there at `before_ms` and are no more at `after_ms`.
  template <class Visit>
  void describe_vanished(std::size_t target, std::int64_t before_ms, std::int64_t after_ms, const Places& places,
                         Visit visit) const;

  // The values at `now_ms` of the series that are there at `at_ms`, in the order of describe(); returns how many.
  std::size_t values(std::size_t target, std::int64_t at_ms, std::int64_t now_ms, std::uint64_t tenant_key,
                     const Places& places, std::span<double> values) const;

 private:
  friend class MeshBuilder;
  struct LabelSet {
    std::vector<Label> labels;
    Parties parties;  // their labels depend on the spell
  };
  std::optional<std::size_t> own_workload(const Target& target) const;
  std::optional<Spell> spell(const Target& target, const Life& life, const Block& block, std::int64_t at_ms) const;
  // Calls visit(block, spell, within, count) for the places that a series is at; within: the first one's number in the
  // block.
  template <class Visit>
  void walk(const Target& target, const Life& life, std::int64_t at_ms, Places places, Visit visit) const;
  // All labels of one series of a block, merged and sorted; text lives in `target_labels`, the mesh and `scratch`.
  std::vector<LabelRef> block_labels(const Target& target, const Block& block, const Spell& spell, const Life& life,
                                     const std::vector<Label>& target_labels, std::vector<Label>& scratch) const;
  struct Wording {  // what tells the series of one block apart
    std::string name;
    std::string_view le;  // empty: no le label
  };
  Wording wording(const Block& block, std::uint32_t within) const;
  static void apply(const Wording& wording, std::vector<LabelRef>& labels);

  MeshSpec spec_;
  Topology topology_;
  Lifecycle lifecycle_;
  Families families_;
  std::vector<LabelSet> label_sets_;
  std::vector<Target> targets_;
  std::size_t page_count_ = 0;
};

template <class Visit>
void Mesh::walk(const Target& target, const Life& life, std::int64_t at_ms, Places places, Visit visit) const {
  const auto after = [](std::uint32_t place, const Block& block) { return place < block.first; };
  auto block = std::upper_bound(target.blocks.begin(), target.blocks.end(), places.first, after) - 1;
  for (; places.count > 0; ++block) {
    DCHECK(block != target.blocks.end());
    const auto end = static_cast<std::uint32_t>(block->first + block->family->series_count());
    if (places.first >= end) continue;
    const std::uint32_t here = std::min(places.count, (end - places.first + places.stride - 1) / places.stride);
    if (const std::optional<Spell> now = spell(target, life, *block, at_ms))
      visit(*block, *now, places.first - block->first, here);
    places.first += here * places.stride;
    places.count -= here;
  }
}

template <class Visit>
void Mesh::describe(std::size_t target, std::int64_t at_ms, const Places& places, Visit visit) const {
  const Target& t = targets_[target];
  const Life alive = life(target, at_ms);
  const std::vector<Label> of_target = target_labels(target, alive);
  std::vector<Label> scratch;
  std::vector<LabelRef> labels;
  walk(t, alive, at_ms, places, [&](const Block& block, const Spell& now, std::uint32_t within, std::uint32_t count) {
    const std::vector<LabelRef> shared = block_labels(t, block, now, alive, of_target, scratch);
    for (; count > 0; within += places.stride, --count) {
      const Wording words = wording(block, within);
      labels = shared;
      apply(words, labels);
      visit(block.first + within, std::span<const LabelRef>(labels));
    }
  });
}

template <class Visit>
void Mesh::describe_vanished(std::size_t target, std::int64_t before_ms, std::int64_t after_ms, const Places& places,
                             Visit visit) const {
  std::unordered_map<std::uint32_t, std::string> there;  // a series never changes its place
  describe(target, after_ms, places,
           [&](std::uint32_t place, std::span<const LabelRef> labels) { there.emplace(place, label_text(labels)); });
  describe(target, before_ms, places, [&](std::uint32_t place, std::span<const LabelRef> labels) {
    const auto still = there.find(place);
    if (still == there.end() || still->second != label_text(labels)) visit(place, labels);
  });
}

}  // namespace sluice::load
