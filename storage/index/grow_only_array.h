// storage/index/grow_only_array.h
//
// Room: storage/index. An array that grows at its end and never moves what it holds, so that readers need no lock:
// one writer appends, any thread reads an index that it learned from the writer (through a lock, or because a write was
// acknowledged). Chunk k holds kFirstChunk << k elements; the table of chunks has a fixed size and is filled once.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "proto/base/check.h"

namespace sluice::storage {

template <class T, std::size_t kFirstChunk = 1024>
class GrowOnlyArray {
  static_assert(std::has_single_bit(kFirstChunk));
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static constexpr std::size_t kFirstBits = std::bit_width(kFirstChunk) - 1;
  static constexpr std::size_t kChunkCount = 33 - kFirstBits;  // indexes are 32 bits

 public:
  GrowOnlyArray() = default;
  GrowOnlyArray(const GrowOnlyArray&) = delete;
  GrowOnlyArray& operator=(const GrowOnlyArray&) = delete;
  ~GrowOnlyArray() {
    for (auto& chunk : chunks_) ::operator delete(chunk.load(std::memory_order_relaxed));
  }

  // Elements appended so far. From another thread than the writer's: a lower bound, all readable.
  std::uint32_t size() const { return size_.load(std::memory_order_acquire); }

  const T& operator[](std::uint32_t index) const { return *slot(index); }
  T& writable(std::uint32_t index) { return *slot(index); }  // the writer's, where readers do not look or may race

  std::uint32_t push(T value) {
    const std::uint32_t index = size_.load(std::memory_order_relaxed);
    *make_slot(index) = std::move(value);
    size_.store(index + 1, std::memory_order_release);
    return index;
  }

  // Appends `values` so that they lie side by side in memory; skips the end of a chunk that is too short for them.
  // values.size() <= kFirstChunk. Returns the index of the first.
  std::uint32_t push_together(std::span<const T> values) {
    DCHECK(values.size() <= kFirstChunk);
    std::uint32_t index = size_.load(std::memory_order_relaxed);
    if (values.empty()) return index;
    const std::size_t left = room_in_chunk(index);
    if (left < values.size()) index += static_cast<std::uint32_t>(left);
    T* to = make_slot(index);
    for (std::size_t i = 0; i < values.size(); ++i) to[i] = values[i];
    size_.store(index + static_cast<std::uint32_t>(values.size()), std::memory_order_release);
    return index;
  }

  std::size_t memory_bytes() const {  // of what is used
    return sizeof(*this) + size() * sizeof(T);
  }

 private:
  struct Place {
    std::size_t chunk, offset;
  };
  static Place place(std::uint32_t index) {
    const std::uint64_t shifted = static_cast<std::uint64_t>(index) + kFirstChunk;
    const std::size_t k = static_cast<std::size_t>(std::bit_width(shifted)) - 1 - kFirstBits;
    return {k, static_cast<std::size_t>(shifted - (static_cast<std::uint64_t>(kFirstChunk) << k))};
  }
  static std::size_t room_in_chunk(std::uint32_t index) {
    const Place at = place(index);
    return (kFirstChunk << at.chunk) - at.offset;
  }
  T* slot(std::uint32_t index) const {
    const Place at = place(index);
    return chunks_[at.chunk].load(std::memory_order_acquire) + at.offset;
  }
  T* make_slot(std::uint32_t index) {
    const Place at = place(index);
    T* chunk = chunks_[at.chunk].load(std::memory_order_relaxed);
    if (chunk == nullptr) {
      // Not initialised: pages that are never used are never touched.
      chunk = static_cast<T*>(::operator new((kFirstChunk << at.chunk) * sizeof(T)));
      chunks_[at.chunk].store(chunk, std::memory_order_release);
    }
    return chunk + at.offset;
  }

  std::array<std::atomic<T*>, kChunkCount> chunks_{};
  std::atomic<std::uint32_t> size_{0};
};

}  // namespace sluice::storage
