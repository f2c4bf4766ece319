#include "promql/exec/block_worker.h"

#include <algorithm>

#include "promql/value/within_memory.h"

namespace sluice::promql {
namespace {

bool same_rows(const RangeCall& a, const RangeCall& b) {
  return a.clock == b.clock && a.edge == b.edge && a.range_ms == b.range_ms && a.ahead_ms == b.ahead_ms &&
         a.grid == b.grid && a.scalars == b.scalars && a.use_start_timestamps == b.use_start_timestamps &&
         a.delayed_names == b.delayed_names;
}

bool same_rows(const WindowSpec& a, const WindowSpec& b) {
  return a.make == b.make && a.drop == b.drop && a.strip_stale == b.strip_stale &&
         a.expects_counter_name == b.expects_counter_name && a.one_sample_each == b.one_sample_each &&
         a.from_storage == b.from_storage && a.counts_only == b.counts_only && a.per_step_stats == b.per_step_stats &&
         same_rows(a.call, b.call);
}

std::size_t bytes_of(const Histogram& h) {
  return sizeof h + (h.positive_spans.capacity() + h.negative_spans.capacity()) * sizeof(BucketSpan) +
         (h.positive_buckets.capacity() + h.negative_buckets.capacity() + h.custom_values.capacity()) * sizeof(double);
}

}  // namespace

std::size_t bytes_of(const LeafRows& leaf) {
  const Batch& rows = leaf.rows;
  std::size_t bytes = sizeof leaf + rows.bytes();
  if (!rows.has_histograms()) return bytes;
  for (std::size_t row = 0; row < rows.rows(); ++row)
    for (std::size_t step = 0; step < rows.steps(); ++step)
      if (const Histogram* histogram = rows.histogram(row, step)) bytes += bytes_of(*histogram);
  return bytes;
}

BlockWorker::BlockWorker(QueryContext& context, const SetBlocks& blocks, const Specs& specs)
    : blocks_(blocks), reader_(context, blocks.set, blocks.steps) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    Leaf& leaf = leaves_.emplace_back();
    leaf.worker = std::make_unique<WindowWorker>(*specs[i], context);
    const auto twin = std::find_if(specs.begin(), specs.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const WindowSpec* earlier) { return same_rows(*earlier, *specs[i]); });
    if (twin != specs.begin() + static_cast<std::ptrdiff_t>(i))
      leaf.twin = static_cast<std::size_t>(twin - specs.begin());
  }
}

void BlockWorker::compute(std::size_t block, const std::vector<bool>& wanted, std::vector<LeafRows>& out) {
  const Result<void> done = within_memory([&] { return read(block); });
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!wanted[i]) continue;
    out[i].outcome = done;
    if (!done) continue;
    out[i].outcome = within_memory([&]() -> Result<void> {
      if (copy_of_twin(leaves_[i], wanted, out, out[i])) return {};
      return evaluate(leaves_[i], out[i]);
    });
  }
}

Result<void> BlockWorker::read(std::size_t block) {
  const std::size_t first = block * blocks_.block_series;
  return reader_.read(first, std::min(blocks_.block_series, blocks_.set.size() - first), block_);
}

// Notes point at the leaf that they are about, so rows with notes are made again.
bool BlockWorker::copy_of_twin(const Leaf& leaf, const std::vector<bool>& wanted, std::vector<LeafRows>& out,
                               LeafRows& to) const {
  if (leaf.twin == kNone || !wanted[leaf.twin]) return false;
  const LeafRows& from = out[leaf.twin];
  if (!from.outcome || !from.annotations.empty()) return false;
  to.rows = from.rows;
  to.annotations = {};
  to.stats = from.stats;
  return true;
}

Result<void> BlockWorker::evaluate(Leaf& leaf, LeafRows& out) const {
  out.annotations = {};
  out.stats = {};
  const Result<void> done = leaf.worker->evaluate(block_, out.rows);
  leaf.worker->report(out.annotations, out.stats);
  return done;
}

}  // namespace sluice::promql
