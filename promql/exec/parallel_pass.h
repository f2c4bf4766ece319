// promql/exec/parallel_pass.h
//
// Room: promql/exec. A pass worked on by several threads. Blocks of series are computed in any order and handed out in
// order of the series, so whoever adds them up gets the same bits as with one thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "promql/exec/block_pass.h"

namespace sluice::promql {

// Thread safety: as BlockPass; next() computes blocks itself while it waits.
class ParallelPass final : public BlockPass {
 public:
  static bool pays(const QueryContext& context, std::size_t blocks);  // a second thread

  ParallelPass(QueryContext& context, const SetBlocks& blocks, BlockWorker::Specs specs, std::size_t first_block);
  ~ParallelPass() override;
  void next(std::vector<LeafRows>& rows) override;
  void drop(std::size_t leaf) override;

 private:
  struct Slot {
    bool ready = false;
    std::vector<bool> wanted;
    std::vector<LeafRows> rows;  // one per leaf
  };

  void start();
  void help();                     // the life of a further thread
  void work();                     // what it does until there is nothing left to claim
  bool claim(std::size_t& block);  // under mutex_
  void compute(BlockWorker& worker, std::size_t block);

  QueryContext& context_;
  const SetBlocks& blocks_;
  const BlockWorker::Specs specs_;
  BlockWorker own_worker_;
  bool started_ = false;
  std::vector<std::thread> helpers_;

  std::mutex mutex_;  // everything below; a slot that is claimed belongs to who claimed it until it is ready
  std::condition_variable changed_;
  std::vector<Slot> ring_;    // block b lies in ring_[b % size]: nobody runs further ahead than that
  std::vector<bool> wanted_;  // of blocks that are claimed from now on
  std::size_t next_claim_;    // the first block nobody has taken
  std::size_t next_out_;      // the block that next() hands out
  bool stopping_ = false;
};

}  // namespace sluice::promql
