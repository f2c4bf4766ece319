// promql/exec/parallel_leaf.h
//
// Room: promql/exec. The same as LeafOperator over a set of series, worked on by several threads. Blocks of series are
// computed in any order and handed out in order of the series, so whoever adds them up gets the same bits as with one
// thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "promql/exec/window_worker.h"

namespace sluice::promql {

// Thread safety: next() from one thread, which computes blocks itself while it waits.
class ParallelLeaf final : public VectorOperator {
 public:
  // A set that is not worth a second thread.
  static bool pays(const QueryContext& context, const SeriesSet& set, std::size_t steps);

  ParallelLeaf(QueryContext& context, const SeriesSet& set, WindowSpec spec);
  ~ParallelLeaf() override;
  Result<bool> next(Batch& out) override;

 private:
  struct Slot {
    bool ready = false;
    Batch rows;
    Annotations annotations;
    ReadStats stats;
    Result<void> outcome;
  };
  // What one thread computes with.
  struct Hand {
    Hand(QueryContext& context, const SeriesSet& set, const WindowSpec& spec)
        : reader(context, set, spec.call.grid.count), worker(spec, context) {}
    SetReader reader;
    WindowWorker worker;
    SampleBlock block;
  };

  void start();
  void help();                     // the life of a further thread
  void work();                     // what it does until there is nothing left to claim
  bool claim(std::size_t& block);  // under mutex_
  void compute(Hand& hand, std::size_t block);

  QueryContext& context_;
  const SeriesSet& set_;
  const WindowSpec spec_;
  const std::size_t block_series_, blocks_;
  Hand own_hand_;
  bool started_ = false;
  std::vector<std::thread> helpers_;

  std::mutex mutex_;  // everything below; a slot that is claimed belongs to who claimed it until it is ready
  std::condition_variable changed_;
  std::vector<Slot> ring_;      // block b lies in ring_[b % size]: nobody runs further ahead than that
  std::size_t next_claim_ = 0;  // the first block nobody has taken
  std::size_t next_out_ = 0;    // the block that next() hands out
  bool stopping_ = false;
};

}  // namespace sluice::promql
