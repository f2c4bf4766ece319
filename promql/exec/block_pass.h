// promql/exec/block_pass.h
//
// Room: promql/exec. One walk over the blocks of a set, for the leaves that begin it together.
#pragma once

#include "promql/exec/block_worker.h"

namespace sluice::promql {

// Thread safety: none.
class BlockPass {
 public:
  virtual ~BlockPass() = default;
  // The next block; there must be one. Fills rows[i] of every leaf that has not been dropped.
  virtual void next(std::vector<LeafRows>& rows) = 0;
  virtual void drop(std::size_t leaf) = 0;  // nobody will look at its rows
};

// From `first_block` on; the specs must outlive the pass. Several threads where the query has them and the set is large
// enough to pay for them.
std::unique_ptr<BlockPass> make_pass(QueryContext& context, const SetBlocks& blocks, BlockWorker::Specs specs,
                                     std::size_t first_block);

}  // namespace sluice::promql
