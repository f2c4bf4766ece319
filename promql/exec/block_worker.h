// promql/exec/block_worker.h
//
// Room: promql/exec. Blocks of a set's series to the rows of all leaves that look at them: read once, evaluated once
// for leaves that differ only in where they stand in the query.
#pragma once

#include <memory>
#include <vector>

#include "promql/exec/window_worker.h"

namespace sluice::promql {

// What one leaf gets of one block.
struct LeafRows {
  Batch rows;
  Annotations annotations;
  ReadStats stats;
  Result<void> outcome;
};

std::size_t bytes_of(const LeafRows& leaf);

// The series of a set as blocks of equal size, for evaluations with so many steps.
struct SetBlocks {
  SetBlocks(const QueryContext& context, const SeriesSet& series, std::size_t steps_of_all)
      : set(series),
        steps(steps_of_all),
        block_series(context.batch_series(steps)),
        count((series.size() + block_series - 1) / block_series) {}

  const SeriesSet& set;
  const std::size_t steps;
  const std::size_t block_series;
  const std::size_t count;
};

// Not thread-safe: one per thread.
class BlockWorker {
 public:
  using Specs = std::vector<const WindowSpec*>;

  BlockWorker(QueryContext& context, const SetBlocks& blocks, const Specs& specs);

  // Fills out[i] for every i with wanted[i]; all three have one entry per spec.
  void compute(std::size_t block, const std::vector<bool>& wanted, std::vector<LeafRows>& out);

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Leaf {
    std::unique_ptr<WindowWorker> worker;
    std::size_t twin = kNone;  // an earlier leaf whose rows are the same
  };
  Result<void> read(std::size_t block);
  bool copy_of_twin(const Leaf& leaf, const std::vector<bool>& wanted, std::vector<LeafRows>& out, LeafRows& to) const;
  Result<void> evaluate(Leaf& leaf, LeafRows& out) const;

  const SetBlocks& blocks_;
  SetReader reader_;
  SampleBlock block_;
  std::vector<Leaf> leaves_;
};

}  // namespace sluice::promql
