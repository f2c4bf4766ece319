// The readers' side of the head.
#include <algorithm>
#include <bit>

#include "storage/head/batch_assembly.h"
#include "storage/head/head_impl.h"

namespace sluice::storage {
namespace {

constexpr std::size_t kReadSlice = 32;    // series between two chances for the writer: some 20 us of decoding
constexpr std::size_t kListSlice = 2048;  // the same, where nothing is decoded

}  // namespace

const Side* Head::Impl::side_of(std::uint32_t ref) const {
  if (!state(ref).has_side) return nullptr;
  const auto at = sides_.find(ref);
  return at == sides_.end() ? nullptr : at->second.get();
}

Side* Head::Impl::side_of(std::uint32_t ref) {
  if (!state(ref).has_side) return nullptr;
  const auto at = sides_.find(ref);
  return at == sides_.end() ? nullptr : at->second.get();
}

void Head::Impl::read(std::span<const SeriesRef> refs, TimeRangeMs range, SeriesBatch& batch) const {
  BatchAssembly assembly(floats_unlocked(), range, batch);
  while (!refs.empty()) {
    const auto slice = refs.first(std::min(kReadSlice, refs.size()));
    const HeadReadLock lock(mutex_);
    for (const SeriesRef ref : slice) {
      if (known(ref.value()))
        assembly.add(state(ref.value()), side_of(ref.value()));
      else
        assembly.add_nothing();
    }
    refs = refs.subspan(slice.size());
  }
  assembly.finish();
}

void Head::Impl::add_active(TimeRangeMs range, std::vector<SeriesRef>& refs) const {
  if (range.min_ms > max_time_ms.load() || range.max_ms < min_time_ms.load()) return;
  const HeadReadLock lock(mutex_);
  for (std::size_t word = 0; word < active_bits_.size(); ++word)
    for (std::uint64_t bits = active_bits_[word]; bits != 0; bits &= bits - 1)
      refs.push_back(
          SeriesRef(static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)))));
}

void Head::Impl::add_reaching(TimeRangeMs range, std::span<const SeriesRef> refs,
                              std::vector<SeriesRef>& reaching) const {
  while (!refs.empty()) {
    const auto slice = refs.first(std::min(kListSlice, refs.size()));
    const HeadReadLock lock(mutex_);
    for (const SeriesRef ref : slice)
      if (known(ref.value()) && reaches(ref.value(), range)) reaching.push_back(ref);
    refs = refs.subspan(slice.size());
  }
}

bool Head::Impl::reaches(std::uint32_t ref, TimeRangeMs range) const {
  const SeriesState& series = state(ref);
  if (!floats_.empty(series) && series.last_ms >= range.min_ms &&
      (series.last_ms <= range.max_ms || floats_.oldest_ms(series) <= range.max_ms))
    return true;
  const Side* side = side_of(ref);
  return side != nullptr && side->newest_ms() >= range.min_ms && side->oldest_ms() <= range.max_ms;
}

std::size_t Head::Impl::memory_bytes() const {
  const HeadReadLock lock(mutex_);
  std::size_t bytes = states_.size() * sizeof(Chunk) + active_bits_.capacity() * 8 + floats_.memory_bytes();
  for (const auto& [ref, side] : sides_) bytes += side->memory_bytes() + 48;
  return bytes;
}

}  // namespace sluice::storage
