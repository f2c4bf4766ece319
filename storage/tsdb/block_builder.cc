#include "storage/tsdb/block_builder.h"

#include <algorithm>

#include "storage/disk/bytes.h"

namespace sluice::storage {

BlockBuilder::BlockBuilder(std::unique_ptr<BlockWriter> writer, std::int64_t partition_ms)
    : writer_(std::move(writer)), partition_ms_(partition_ms) {}

void BlockBuilder::begin_tenant(TenantNumber tenant) {
  tenant_ = tenant;
  series_ = RefSet();
}

Result<void> BlockBuilder::add(SymbolId metric, SeriesRef ref, std::string_view entry) {
  if (!run_.empty() && (metric != metric_ || run_.bytes() >= kRunBytes)) {
    if (auto closed = close_run(); !closed) return closed;
  }
  metric_ = metric;
  run_.add(ref, entry);
  series_.add(ref.value());
  return {};
}

Result<void> BlockBuilder::close_run() {
  const SeriesRef last = run_.last();
  return writer_->add({tenant_, BlockKind::runs, metric_, last}, run_.take());
}

Result<void> BlockBuilder::end_tenant(const TimelineTable& timelines) {
  if (series_.isEmpty()) return {};
  return close_run().and_then([&] { return write_timelines(timelines); }).and_then([&] { return write_series(); });
}

Result<void> BlockBuilder::write_timelines(const TimelineTable& timelines) {
  for (std::uint32_t first = 0; first < timelines.size(); first += kTimelinesPerValue) {
    const std::uint32_t end = std::min(first + kTimelinesPerValue, timelines.size());
    std::string value;
    put_varint(value, first);
    for (std::uint32_t id = first; id < end; ++id) value += timelines.encoded(id);
    const RunKey key{tenant_, BlockKind::timelines, SymbolId(0), SeriesRef(end - 1)};
    if (auto added = writer_->add(key, value); !added) return added;
  }
  return {};
}

Result<void> BlockBuilder::write_series() {
  series_.runOptimize();
  std::string value(series_.getSizeInBytes(), '\0');
  series_.write(value.data());
  return writer_->add({tenant_, BlockKind::series, SymbolId(0), SeriesRef(0)}, value);
}

Result<BlockInfo> BlockBuilder::finish(bool final) {
  if (auto finished = writer_->finish(); !finished) return tl::unexpected(finished.error());
  return BlockInfo{writer_->id(),   partition_ms_,    extent_.min_ms, extent_.max_ms,
                   extent_.samples, writer_->bytes(), final};
}

}  // namespace sluice::storage
