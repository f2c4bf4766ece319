// storage/head/tail_pool.h
//
// Room: storage/head. Slots for the raw values of an open run, named by 4-byte handles. Only series that move hold one.
// Thread safety: none; the head's lock guards it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace sluice::storage {

class TailPool {
 public:
  static constexpr std::size_t kValues = 32;  // a slot: 256 bytes
  using Slot = std::array<double, kValues>;

  std::uint32_t allocate() {
    if (free_.empty()) add_chunk();
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void release(std::uint32_t slot) { free_.push_back(slot); }
  double* values(std::uint32_t slot) { return (*chunks_[slot / kChunk])[slot % kChunk].data(); }
  const double* values(std::uint32_t slot) const { return (*chunks_[slot / kChunk])[slot % kChunk].data(); }
  std::size_t memory_bytes() const { return chunks_.size() * sizeof(Chunk) + free_.capacity() * sizeof(std::uint32_t); }

 private:
  static constexpr std::uint32_t kChunk = 256;  // slots: 64 KB
  using Chunk = std::array<Slot, kChunk>;
  void add_chunk() {
    const auto first = static_cast<std::uint32_t>(chunks_.size()) * kChunk;
    chunks_.push_back(std::make_unique_for_overwrite<Chunk>());
    for (std::uint32_t i = kChunk; i > 0; --i) free_.push_back(first + i - 1);
  }
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::uint32_t> free_;
};

}  // namespace sluice::storage
