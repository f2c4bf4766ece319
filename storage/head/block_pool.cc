#include "storage/head/block_pool.h"

#include <cstring>
#include <new>

#include "proto/base/check.h"

namespace sluice::storage {

std::uint32_t BlockPool::allocate(std::size_t granules) {
  CHECK(granules >= 1 && granules <= kGranulesMax);
  std::uint32_t block;
  if (auto& free = free_[granules]; !free.empty()) {
    block = free.back();
    free.pop_back();
  } else {
    if (slab_used_ + granules > kSlabGranules) {
      slabs_.push_back(std::make_unique_for_overwrite<char[]>(kSlabGranules * kGranuleBytes));
      slab_used_ = 0;
    }
    block = static_cast<std::uint32_t>((slabs_.size() - 1) * kSlabGranules + slab_used_);
    slab_used_ += granules;
  }
  auto* header = new (at(block)) BlockHeader;
  header->granules = static_cast<std::uint16_t>(granules & 0x3f);
  return block;
}

void BlockPool::release(std::uint32_t block) { free_[header(block).granules].push_back(block); }

void BlockPool::append(std::uint32_t block, std::string_view bytes) {
  DCHECK(bytes.size() <= room(block));
  BlockHeader& head = header(block);
  std::memcpy(at(block) + sizeof(BlockHeader) + head.used_bytes, bytes.data(), bytes.size());
  head.used_bytes = static_cast<std::uint16_t>((head.used_bytes + bytes.size()) & 0x3ff);
}

void BlockPool::cut(std::uint32_t block, std::size_t used_bytes) {
  DCHECK(used_bytes <= header(block).used_bytes);
  header(block).used_bytes = static_cast<std::uint16_t>(used_bytes & 0x3ff);
}

}  // namespace sluice::storage
