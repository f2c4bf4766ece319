#include "promql/exec/parallel_pass.h"

#include <system_error>
#include <utility>

#include "promql/value/within_memory.h"

namespace sluice::promql {
namespace {
constexpr std::size_t kBlocksWorthAThread = 8;
constexpr std::size_t kBlocksAheadPerThread = 4;
}  // namespace

bool ParallelPass::pays(const QueryContext& context, std::size_t blocks) {
  return context.options().threads > 1 && blocks >= kBlocksWorthAThread;
}

ParallelPass::ParallelPass(QueryContext& context, const SetBlocks& blocks, BlockWorker::Specs specs,
                           std::size_t first_block)
    : context_(context),
      blocks_(blocks),
      specs_(std::move(specs)),
      own_worker_(context, blocks, specs_),
      ring_(kBlocksAheadPerThread * context.options().threads),
      wanted_(specs_.size(), true),
      next_claim_(first_block),
      next_out_(first_block) {
  for (Slot& slot : ring_) slot.rows.resize(specs_.size());
}

ParallelPass::~ParallelPass() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void ParallelPass::start() {
  started_ = true;
  helpers_.reserve(context_.options().threads);
  try {
    for (std::size_t i = 1; i < context_.options().threads; ++i) helpers_.emplace_back([this] { help(); });
  } catch (const std::system_error&) {  // the process has no more threads to give: fewer hands, the same answer
  }
}

bool ParallelPass::claim(std::size_t& block) {
  if (stopping_ || next_claim_ == blocks_.count || next_claim_ >= next_out_ + ring_.size()) return false;
  block = next_claim_++;
  ring_[block % ring_.size()].wanted = wanted_;
  return true;
}

void ParallelPass::help() {
  // A helper that finds no memory to begin with leaves: the others do its blocks.
  static_cast<void>(within_memory([this] { return work(), Result<void>(); }));
}

void ParallelPass::work() {
  BlockWorker worker(context_, blocks_, specs_);
  std::unique_lock lock(mutex_);
  for (;;) {
    std::size_t block = 0;
    changed_.wait(lock,
                  [&] { return stopping_ || next_claim_ == blocks_.count || next_claim_ < next_out_ + ring_.size(); });
    if (!claim(block)) return;
    lock.unlock();
    compute(worker, block);
    lock.lock();
  }
}

void ParallelPass::compute(BlockWorker& worker, std::size_t block) {
  Slot& slot = ring_[block % ring_.size()];
  worker.compute(block, slot.wanted, slot.rows);
  {
    const std::lock_guard lock(mutex_);
    slot.ready = true;
  }
  changed_.notify_all();
}

void ParallelPass::next(std::vector<LeafRows>& rows) {
  if (!started_) start();
  Slot& slot = ring_[next_out_ % ring_.size()];
  std::unique_lock lock(mutex_);
  while (!slot.ready) {
    std::size_t block = 0;
    if (claim(block)) {
      lock.unlock();
      compute(own_worker_, block);
      lock.lock();
    } else {
      changed_.wait(lock);
    }
  }
  slot.ready = false;
  ++next_out_;
  std::swap(rows, slot.rows);
  lock.unlock();
  changed_.notify_all();
}

void ParallelPass::drop(std::size_t leaf) {
  const std::lock_guard lock(mutex_);
  wanted_[leaf] = false;
}

}  // namespace sluice::promql
