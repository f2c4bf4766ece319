#include "storage/tsdb/block_reader.h"

#include "storage/disk/bytes.h"

namespace sluice::storage {

Error damaged_block(BlockId id, const char* what) {
  return {Errc::corrupt, "block " + std::to_string(id.value()) + " is damaged (" + what +
                             "): restore the data directory from a backup"};
}

Result<RefSet> BlockReader::series() const {
  RunCursor cursor(block_, tenant_, BlockKind::series, Caching::keep);
  cursor.seek(SymbolId(0), SeriesRef(0));
  if (!cursor.valid()) return cursor.status().map([] { return RefSet(); });
  try {
    return RefSet::readSafe(cursor.value().data(), cursor.value().size());
  } catch (const std::runtime_error&) {  // the library's way to say that the bytes are wrong
    return tl::unexpected(damaged_block(block_->info.id, "set of series"));
  }
}

Result<std::shared_ptr<const Timeline>> BlockReader::timeline(std::uint32_t id) const {
  {
    const MutexLock lock(mutex_);
    if (const auto at = timelines_.find(id); at != timelines_.end()) return at->second;
  }
  return load(id).map([&](std::shared_ptr<const Timeline> loaded) {
    const MutexLock lock(mutex_);
    return timelines_.try_emplace(id, std::move(loaded)).first->second;  // another thread may have been first
  });
}

Result<std::shared_ptr<const Timeline>> BlockReader::load(std::uint32_t id) const {
  RunCursor cursor(block_, tenant_, BlockKind::timelines, Caching::keep);
  cursor.seek(SymbolId(0), SeriesRef(id));
  if (auto status = cursor.status(); !status) return tl::unexpected(status.error());
  if (!cursor.valid()) return tl::unexpected(damaged_block(block_->info.id, "a timeline is missing"));
  std::string_view bytes = cursor.value();
  std::uint64_t at = 0;
  bool good = get_varint(bytes, at) && at <= id;
  for (; good && at < id; ++at) good = skip_timeline(bytes);
  auto timeline = std::make_shared<Timeline>();
  if (!good || !decode_timeline(bytes, *timeline)) {
    return tl::unexpected(damaged_block(block_->info.id, "timelines"));
  }
  return timeline;
}

}  // namespace sluice::storage
