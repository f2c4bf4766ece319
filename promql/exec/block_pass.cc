#include "promql/exec/block_pass.h"

#include "promql/exec/parallel_pass.h"

namespace sluice::promql {
namespace {

class SerialPass final : public BlockPass {
 public:
  SerialPass(QueryContext& context, const SetBlocks& blocks, const BlockWorker::Specs& specs, std::size_t first_block)
      : worker_(context, blocks, specs), wanted_(specs.size(), true), next_block_(first_block) {}
  void next(std::vector<LeafRows>& rows) override { worker_.compute(next_block_++, wanted_, rows); }
  void drop(std::size_t leaf) override { wanted_[leaf] = false; }

 private:
  BlockWorker worker_;
  std::vector<bool> wanted_;
  std::size_t next_block_;
};

}  // namespace

std::unique_ptr<BlockPass> make_pass(QueryContext& context, const SetBlocks& blocks, BlockWorker::Specs specs,
                                     std::size_t first_block) {
  if (ParallelPass::pays(context, blocks.count - first_block))
    return std::make_unique<ParallelPass>(context, blocks, std::move(specs), first_block);
  return std::make_unique<SerialPass>(context, blocks, specs, first_block);
}

}  // namespace sluice::promql
