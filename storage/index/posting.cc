#include "storage/index/posting.h"

namespace sluice::storage {

void Posting::append(std::uint32_t ref) {
  ++count_;
  if (!runs_.empty() && runs_.back().first + runs_.back().count == ref) {
    ++runs_.back().count;
    return;
  }
  if (runs_.size() == kRunsMax) move_runs();
  runs_.push_back({ref, 1});
}

void Posting::add_runs(const std::vector<Run>& runs, RefSet& set) {
  for (const Run& run : runs) {
    if (run.count == 1)
      set.add(run.first);
    else
      set.addRange(run.first, std::uint64_t{run.first} + run.count);
  }
}

// The last run stays: it may still grow.
void Posting::move_runs() {
  if (!older_) older_ = std::make_unique<RefSet>();
  const Run last = runs_.back();
  runs_.pop_back();
  add_runs(runs_, *older_);
  runs_.assign(1, last);
  if (count_ < optimize_at_) return;
  older_->runOptimize();
  older_->shrinkToFit();
  optimize_at_ = count_ * 2;
}

void Posting::add_to(RefSet& set) const {
  if (older_) set |= *older_;
  add_runs(runs_, set);
}

void Posting::intersect(RefSet& set) const {
  RefSet mine;
  add_to(mine);
  set &= mine;
}

bool Posting::meets(const RefSet& set) const {
  if (older_ && older_->intersect(set)) return true;
  for (const Run& run : runs_) {
    const std::uint64_t below = run.first == 0 ? 0 : set.rank(run.first - 1);
    if (set.rank(run.first + run.count - 1) > below) return true;
  }
  return false;
}

std::size_t Posting::memory_bytes() const {
  const std::size_t runs = runs_.capacity() * sizeof(Run);
  return older_ ? runs + sizeof(RefSet) + older_->getSizeInBytes(false) : runs;
}

}  // namespace sluice::storage
