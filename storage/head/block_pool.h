// storage/head/block_pool.h
//
// Room: storage/head. Memory for sealed frames: blocks of 1 to 16 granules of 32 bytes, named by 4-byte handles, reused
// through a free list per size. Slabs are given back only with the pool: what one hour frees, the next one fills.
// Thread safety: none; the head's lock guards it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice::storage {

// block := header, then runs of float_codec and gaps. gap := 0x07 positions-left-out:varint
struct BlockHeader {
  std::uint32_t next = 0xffffffff;  // newer block of the series
  std::uint32_t timeline = 0;
  std::uint32_t first_position = 0, last_position = 0;
  std::uint16_t count = 0;  // samples
  std::uint16_t used_bytes : 10 = 0;
  std::uint16_t granules : 6 = 0;
};
static_assert(sizeof(BlockHeader) == 20);

class BlockPool {
 public:
  static constexpr std::size_t kGranuleBytes = 32;
  static constexpr std::size_t kGranulesMax = 31;  // 972 bytes of runs: 64 XORed doubles fit
  static constexpr std::size_t payload_of(std::size_t granules) {
    return granules * kGranuleBytes - sizeof(BlockHeader);
  }
  static constexpr std::size_t granules_for(std::size_t payload_bytes) {
    return (payload_bytes + sizeof(BlockHeader) + kGranuleBytes - 1) / kGranuleBytes;
  }

  std::uint32_t allocate(std::size_t granules);  // 1 to kGranulesMax; the header is fresh
  void release(std::uint32_t block);

  BlockHeader& header(std::uint32_t block) { return *reinterpret_cast<BlockHeader*>(at(block)); }
  const BlockHeader& header(std::uint32_t block) const { return *reinterpret_cast<const BlockHeader*>(at(block)); }
  std::string_view payload(std::uint32_t block) const {
    return {at(block) + sizeof(BlockHeader), header(block).used_bytes};
  }
  std::size_t room(std::uint32_t block) const { return payload_of(header(block).granules) - header(block).used_bytes; }
  void append(std::uint32_t block, std::string_view bytes);  // bytes.size() <= room(block)
  void cut(std::uint32_t block, std::size_t used_bytes);     // forgets what lies behind

  std::size_t memory_bytes() const { return slabs_.size() * kSlabGranules * kGranuleBytes; }

 private:
  static constexpr std::size_t kSlabGranules = 2048;  // 64 KB
  char* at(std::uint32_t block) const {
    return slabs_[block / kSlabGranules].get() + block % kSlabGranules * kGranuleBytes;
  }

  std::vector<std::unique_ptr<char[]>> slabs_;
  std::size_t slab_used_ = kSlabGranules;  // granules of the last slab
  std::array<std::vector<std::uint32_t>, kGranulesMax + 1> free_;
};

}  // namespace sluice::storage
