// promql/exec/common_reading.h
//
// Room: promql/exec. Leaves of one query that look at the same series, as in `sum(rate(x[5m])) / count(rate(x[5m]))`:
// samples are read once for all of them. Who reads first gives the others their rows: aggregations take them at once,
// for others they wait here, within limits. A leaf that falls too far behind reads the rest for itself.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "promql/exec/block_pass.h"
#include "promql/exec/operator.h"

namespace sluice::promql {

// Not thread-safe, like the operators that use it.
class CommonReading {
 public:
  static constexpr std::size_t kWaitingBytesMax = 64u << 20;  // rows that wait for a leaf

  CommonReading(QueryContext& context, const SeriesSet& set, std::size_t steps)
      : context_(context), blocks_(context, set, steps) {}
  bool is_of(const SeriesSet& set, std::size_t steps) const { return &set == &blocks_.set && steps == blocks_.steps; }

  std::size_t join(WindowSpec spec);  // the leaf's number
  void push_to(std::size_t leaf, RowTaker& taker) { leaves_[leaf].taker = &taker; }
  Result<bool> next(std::size_t leaf, Batch& out);
  void leave(std::size_t leaf);
  bool abandoned() const;

 private:
  struct Pass {
    std::unique_ptr<BlockPass> blocks;
    std::vector<std::size_t> leaves;
    std::vector<LeafRows> rows;
  };
  struct Leaf {
    explicit Leaf(WindowSpec its_spec) : spec(std::move(its_spec)) {}
    const WindowSpec spec;
    std::shared_ptr<Pass> pass;    // null: takes part in none
    std::size_t next_block = 0;    // the first that has not been computed for it
    std::deque<LeafRows> waiting;  // of the blocks before
    RowTaker* taker = nullptr;     // rows need not wait
    LeafRows taken;                // no rows, but the rest of what it has taken so
    bool left = false;
  };
  std::shared_ptr<Pass> begin_pass(std::size_t first_block);
  Result<bool> advance(std::size_t leaf, Batch& out);
  Result<bool> hand_out(LeafRows& rows, Batch& out);
  Result<void> account_for(LeafRows& rows);
  bool give(Leaf& leaf, LeafRows& rows);  // false: the leaf has to read for itself
  void push(Leaf& leaf, LeafRows& rows);
  bool keep(Leaf& leaf, LeafRows& rows);
  void drop_out(Leaf& leaf, std::size_t place);

  QueryContext& context_;
  const SetBlocks blocks_;
  std::deque<Leaf> leaves_;
  std::size_t waiting_bytes_ = 0, charged_bytes_ = 0;
};

// All of one query.
class CommonReadings {
 public:
  VectorOperatorPtr leaf(QueryContext& context, const SeriesSet& set, WindowSpec spec);
  void leave(CommonReading& reading, std::size_t leaf);

 private:
  std::vector<std::unique_ptr<CommonReading>> readings_;
};

}  // namespace sluice::promql
