#include "promql/exec/parallel_leaf.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "promql/value/within_memory.h"

namespace sluice::promql {
namespace {
constexpr std::size_t kBlocksWorthAThread = 8;
constexpr std::size_t kBlocksAheadPerThread = 4;
}  // namespace

bool ParallelLeaf::pays(const QueryContext& context, const SeriesSet& set, std::size_t steps) {
  return context.options().threads > 1 && set.size() >= kBlocksWorthAThread * context.batch_series(steps);
}

ParallelLeaf::ParallelLeaf(QueryContext& context, const SeriesSet& set, WindowSpec spec)
    : context_(context),
      set_(set),
      spec_(std::move(spec)),
      block_series_(context.batch_series(spec_.call.grid.count)),
      blocks_((set.size() + block_series_ - 1) / block_series_),
      own_hand_(context, set, spec_),
      ring_(kBlocksAheadPerThread * context.options().threads) {}

ParallelLeaf::~ParallelLeaf() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void ParallelLeaf::start() {
  started_ = true;
  helpers_.reserve(context_.options().threads);
  try {
    for (std::size_t i = 1; i < context_.options().threads; ++i) helpers_.emplace_back([this] { help(); });
  } catch (const std::system_error&) {  // the process has no more threads to give: fewer hands, the same answer
  }
}

bool ParallelLeaf::claim(std::size_t& block) {
  if (stopping_ || next_claim_ == blocks_ || next_claim_ >= next_out_ + ring_.size()) return false;
  block = next_claim_++;
  return true;
}

void ParallelLeaf::help() {
  // A helper that finds no memory to begin with leaves: the others do its blocks.
  static_cast<void>(within_memory([this] { return work(), Result<void>(); }));
}

void ParallelLeaf::work() {
  Hand hand(context_, set_, spec_);
  std::unique_lock lock(mutex_);
  for (;;) {
    std::size_t block = 0;
    changed_.wait(lock, [&] { return stopping_ || next_claim_ == blocks_ || next_claim_ < next_out_ + ring_.size(); });
    if (!claim(block)) return;
    lock.unlock();
    compute(hand, block);
    lock.lock();
  }
}

void ParallelLeaf::compute(Hand& hand, std::size_t block) {
  Slot& slot = ring_[block % ring_.size()];
  const std::size_t first = block * block_series_;
  const std::size_t count = std::min(block_series_, set_.size() - first);
  slot.outcome = within_memory([&]() -> Result<void> {
    auto done = hand.reader.read(first, count, hand.block);
    if (done) done = hand.worker.evaluate(hand.block, slot.rows);
    hand.worker.report(slot.annotations, slot.stats);
    return done;
  });
  {
    const std::lock_guard lock(mutex_);
    slot.ready = true;
  }
  changed_.notify_all();
}

Result<bool> ParallelLeaf::next(Batch& out) {
  if (next_out_ == blocks_) return false;
  if (!started_) start();
  Slot& slot = ring_[next_out_ % ring_.size()];
  std::unique_lock lock(mutex_);
  while (!slot.ready) {
    std::size_t block = 0;
    if (claim(block)) {
      lock.unlock();
      compute(own_hand_, block);
      lock.lock();
    } else {
      changed_.wait(lock);
    }
  }
  slot.ready = false;
  ++next_out_;
  const Result<void> outcome = std::exchange(slot.outcome, Result<void>{});
  std::swap(out, slot.rows);
  const Annotations annotations = std::exchange(slot.annotations, {});
  const ReadStats stats = std::exchange(slot.stats, {});
  lock.unlock();
  changed_.notify_all();
  context_.annotations().merge(annotations);
  context_.stats().merge(stats);
  if (!outcome) return tl::unexpected(outcome.error());
  return true;
}

}  // namespace sluice::promql
