// load/mesh/mesh.h
//
// Room: load/mesh. The simulated mesh: targets, their series and any series' value at any time.
// A target is what lives and dies together: a pod's sidecar, a pod's containers as cAdvisor sees them, istiod, a node.
// Everything here is a pure function of the Spec: two processes with one Spec agree on every bit.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "load/mesh/families.h"
#include "load/mesh/lifecycle.h"
#include "load/mesh/signal.h"
#include "load/mesh/topology.h"
#include "proto/model/labels.h"

namespace sluice::load {

struct MeshSpec {
  MeshSize size;
  Lifecycle::Rates rates;
  LeSpelling le = LeSpelling::go2;
  std::size_t pods_per_node = 20;
  std::vector<Label> external_labels;  // as an agent adds them: cluster, prometheus, ...
};

// The series of one family under one label set.
struct Block {
  const Family* family = nullptr;
  std::uint32_t label_set = 0;  // index into Mesh's own label sets
  std::uint32_t first = 0;      // the block's first series within its target
  double scale = 0;             // events a second, or a gauge's middle
  std::uint64_t key = 0;        // equal keys move together: a counter and the histogram of the same requests
  std::uint8_t profile = 0;
};

enum class TargetKind : std::uint8_t { sidecar, istiod, ztunnel, node, containers };

struct Target {
  TargetKind kind = TargetKind::sidecar;
  TargetKind owner = TargetKind::sidecar;  // whose pod it is; differs from `kind` for containers
  std::size_t workload = 0;                // of sidecars and their containers
  std::size_t pod = 0;       // number of the pod in the mesh: the key of its life; none: beyond every pod
  std::size_t page = 0;      // targets of one page are scraped at one moment (all containers of a node)
  std::size_t node = 0;
  std::uint32_t series_count = 0;
  std::vector<Block> blocks;
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
  std::uint64_t series_count() const { return series_count_; }
  std::size_t page_count() const { return page_count_; }

  Life life(std::size_t target, std::int64_t now_ms) const { return lifecycle_.life(targets_[target].pod, now_ms); }
  bool ever_replaces() const { return lifecycle_.ever_replaces(); }

  // What the scrape adds to every series of the target: job, instance, pod labels. Sorted.
  std::vector<Label> target_labels(std::size_t target, std::uint64_t generation) const;

  // Calls visit(index, labels) for the asked series, in ascending order; labels are sorted by name and borrowed.
  template <class Visit>
  void describe(std::size_t target, std::uint64_t generation, std::uint32_t first, std::uint32_t stride,
                Visit visit) const;

  // Fills `values` with series first, first + stride, ... of the target: as many as there is room for.
  void values(std::size_t target, std::int64_t born_ms, std::int64_t now_ms, std::uint64_t tenant_key,
              std::uint32_t first, std::uint32_t stride, std::span<double> values) const;

 private:
  friend class MeshBuilder;
  // All labels of one series of a block, merged and sorted; text lives in `target_labels`, the mesh and `scratch`.
  std::vector<LabelRef> block_labels(const Target& target, const Block& block, std::uint64_t generation,
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
  std::vector<std::vector<Label>> label_sets_;
  std::vector<Target> targets_;
  std::uint64_t series_count_ = 0;
  std::size_t page_count_ = 0;
};

template <class Visit>
void Mesh::describe(std::size_t target, std::uint64_t generation, std::uint32_t first, std::uint32_t stride,
                    Visit visit) const {
  const Target& t = targets_[target];
  const std::vector<Label> of_target = target_labels(target, generation);
  std::vector<Label> scratch;
  std::vector<LabelRef> labels;
  std::uint32_t index = first;
  for (const Block& block : t.blocks) {
    const auto end = static_cast<std::uint32_t>(block.first + block.family->series_count());
    if (index >= end) continue;
    const std::vector<LabelRef> shared = block_labels(t, block, generation, of_target, scratch);
    for (; index < end; index += stride) {
      const Wording words = wording(block, index - block.first);
      labels = shared;
      apply(words, labels);
      visit(index, std::span<const LabelRef>(labels));
    }
  }
}

}  // namespace sluice::load
