#include "promql/exec/common_reading.h"

#include <algorithm>
#include <utility>

namespace sluice::promql {
namespace {

class CommonLeaf final : public VectorOperator {
 public:
  CommonLeaf(CommonReadings& readings, CommonReading& reading, WindowSpec spec)
      : readings_(readings), reading_(reading), number_(reading.join(std::move(spec))) {}
  ~CommonLeaf() override { readings_.leave(reading_, number_); }
  Result<bool> next(Batch& out) override { return reading_.next(number_, out); }
  bool push_to(RowTaker& taker) override {
    reading_.push_to(number_, taker);
    return true;
  }

 private:
  CommonReadings& readings_;
  CommonReading& reading_;
  const std::size_t number_;
};

}  // namespace

std::size_t CommonReading::join(WindowSpec spec) {
  leaves_.emplace_back(std::move(spec));
  return leaves_.size() - 1;
}

bool CommonReading::abandoned() const {
  return std::all_of(leaves_.begin(), leaves_.end(), [](const Leaf& leaf) { return leaf.left; });
}

Result<bool> CommonReading::next(std::size_t number, Batch& out) {
  Leaf& leaf = leaves_[number];
  if (auto taken = account_for(leaf.taken); !taken) return tl::unexpected(taken.error());
  if (leaf.waiting.empty()) return leaf.next_block == blocks_.count ? Result<bool>(false) : advance(number, out);
  LeafRows rows = std::move(leaf.waiting.front());
  leaf.waiting.pop_front();
  waiting_bytes_ -= bytes_of(rows);
  return hand_out(rows, out);
}

std::shared_ptr<CommonReading::Pass> CommonReading::begin_pass(std::size_t first_block) {
  auto pass = std::make_shared<Pass>();
  BlockWorker::Specs specs;
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    Leaf& leaf = leaves_[i];
    if (leaf.left || leaf.pass != nullptr || leaf.next_block != first_block) continue;
    leaf.pass = pass;
    pass->leaves.push_back(i);
    specs.push_back(&leaf.spec);
  }
  pass->rows.resize(specs.size());
  pass->blocks = make_pass(context_, blocks_, std::move(specs), first_block);
  return pass;
}

Result<bool> CommonReading::advance(std::size_t number, Batch& out) {
  const std::shared_ptr<Pass> pass =
      leaves_[number].pass != nullptr ? leaves_[number].pass : begin_pass(leaves_[number].next_block);
  pass->blocks->next(pass->rows);
  Result<bool> outcome = false;
  for (std::size_t place = 0; place < pass->leaves.size(); ++place) {
    Leaf& leaf = leaves_[pass->leaves[place]];
    if (leaf.pass != pass) continue;
    if (pass->leaves[place] == number) {
      outcome = hand_out(pass->rows[place], out);
    } else if (!give(leaf, pass->rows[place])) {
      drop_out(leaf, place);
      continue;
    }
    if (++leaf.next_block == blocks_.count) leaf.pass.reset();
  }
  return outcome;
}

Result<bool> CommonReading::hand_out(LeafRows& rows, Batch& out) {
  std::swap(out, rows.rows);
  if (auto fine = account_for(rows); !fine) return tl::unexpected(fine.error());
  return true;
}

Result<void> CommonReading::account_for(LeafRows& rows) {
  context_.annotations().merge(std::exchange(rows.annotations, {}));
  context_.stats().merge(std::exchange(rows.stats, {}));
  return rows.outcome;
}

bool CommonReading::give(Leaf& leaf, LeafRows& rows) {
  if (leaf.taker == nullptr || !leaf.waiting.empty()) return keep(leaf, rows);
  push(leaf, rows);
  return true;
}

// What is noted now belongs to the time when the leaf's own turn comes: of equal notes the last one's place counts.
void CommonReading::push(Leaf& leaf, LeafRows& rows) {
  Annotations outside = std::exchange(context_.annotations(), std::move(leaf.taken.annotations));
  context_.annotations().merge(rows.annotations);
  leaf.taken.stats.merge(rows.stats);
  if (leaf.taken.outcome) leaf.taken.outcome = rows.outcome;
  if (leaf.taken.outcome) leaf.taken.outcome = leaf.taker->take(rows.rows);
  leaf.taken.annotations = std::exchange(context_.annotations(), std::move(outside));
}

// False: no room.
bool CommonReading::keep(Leaf& leaf, LeafRows& rows) {
  const std::size_t bytes = waiting_bytes_ + bytes_of(rows);
  if (bytes > kWaitingBytesMax) return false;
  if (bytes > charged_bytes_) {
    if (!context_.hold_if_roomy(bytes - charged_bytes_)) return false;
    charged_bytes_ = bytes;
  }
  waiting_bytes_ = bytes;
  leaf.waiting.push_back(std::exchange(rows, {}));
  return true;
}

void CommonReading::drop_out(Leaf& leaf, std::size_t place) {
  leaf.pass->blocks->drop(place);
  leaf.pass.reset();
}

void CommonReading::leave(std::size_t number) {
  Leaf& leaf = leaves_[number];
  leaf.left = true;
  for (const LeafRows& rows : leaf.waiting) waiting_bytes_ -= bytes_of(rows);
  leaf.waiting.clear();
  if (leaf.pass == nullptr) return;
  const auto& places = leaf.pass->leaves;
  drop_out(leaf, static_cast<std::size_t>(std::find(places.begin(), places.end(), number) - places.begin()));
}

VectorOperatorPtr CommonReadings::leaf(QueryContext& context, const SeriesSet& set, WindowSpec spec) {
  const std::size_t steps = spec.call.grid.count;
  const auto known =
      std::find_if(readings_.begin(), readings_.end(), [&](const auto& reading) { return reading->is_of(set, steps); });
  CommonReading& reading = known != readings_.end()
                               ? **known
                               : *readings_.emplace_back(std::make_unique<CommonReading>(context, set, steps));
  return std::make_unique<CommonLeaf>(*this, reading, std::move(spec));
}

void CommonReadings::leave(CommonReading& reading, std::size_t leaf) {
  reading.leave(leaf);
  if (reading.abandoned()) std::erase_if(readings_, [&](const auto& one) { return one.get() == &reading; });
}

}  // namespace sluice::promql
