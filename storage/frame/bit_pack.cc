#include "storage/frame/bit_pack.h"

#include <array>
#include <cstring>
#include <utility>

namespace sluice::storage {
namespace {

constexpr std::size_t kGroup = 8;      // numbers that start on a byte boundary again
constexpr std::size_t kOverread = 16;  // bytes past the last number that the loops may load

std::uint64_t load(const char* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// One number: every offset and shift is a constant after unrolling.
template <unsigned kWidth>
inline std::uint64_t take(const char* group, unsigned i) {
  constexpr std::uint64_t kMask = kWidth == 64 ? ~0ULL : (1ULL << kWidth) - 1;
  const unsigned bit = i * kWidth, shift = bit % 8;
  std::uint64_t word = load(group + bit / 8) >> shift;
  if constexpr (kWidth > 57) {  // may reach into a ninth byte
    if (shift != 0) word |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(group[bit / 8 + 8])) << (64 - shift);
  }
  return word & kMask;
}

template <unsigned kWidth>
void unpack_groups(const char* from, std::size_t groups, std::uint64_t* to) {
  for (std::size_t g = 0; g < groups; ++g, from += kWidth, to += kGroup) {
#pragma GCC unroll 8
    for (unsigned i = 0; i < kGroup; ++i) to[i] = take<kWidth>(from, i);
  }
}

using Unpack = void (*)(const char*, std::size_t, std::uint64_t*);
template <unsigned... kWidths>
constexpr std::array<Unpack, sizeof...(kWidths)> unpackers(std::integer_sequence<unsigned, kWidths...>) {
  return {&unpack_groups<kWidths + 1>...};
}
constexpr auto kUnpack = unpackers(std::make_integer_sequence<unsigned, 64>());  // [width - 1]

}  // namespace

void pack_bits(const std::uint64_t* numbers, std::size_t count, std::uint8_t width, std::string& out) {
  const std::size_t at = out.size(), bytes = packed_bytes(count, width);
  char buffer[kPackedMax * 8 + 16] = {};
  std::uint64_t pending = 0;  // bits not written yet, fewer than 64
  unsigned held = 0;
  char* to = buffer;
  for (std::size_t i = 0; i < count; ++i) {
    pending |= numbers[i] << held;
    if (held + width >= 64) {
      std::memcpy(to, &pending, 8);
      to += 8;
      pending = held == 0 ? 0 : numbers[i] >> (64 - held);
      held = held + width - 64;
    } else {
      held += width;
    }
  }
  std::memcpy(to, &pending, 8);
  out.resize(at + bytes);
  std::memcpy(out.data() + at, buffer, bytes);
}

bool unpack_bits(std::string_view& bytes, std::size_t count, std::uint8_t width, std::uint64_t* numbers) {
  const std::size_t size = packed_bytes(count, width), groups = (count + kGroup - 1) / kGroup;
  if (width > 64 || count > kPackedMax || bytes.size() < size) return false;
  if (width == 0) {
    std::memset(numbers, 0, groups * kGroup * sizeof(*numbers));
    return true;
  }
  if (bytes.size() >= groups * width + kOverread) {
    kUnpack[width - 1](bytes.data(), groups, numbers);
  } else {  // near the end of what may be read: from a copy with room behind it
    char copy[kPackedMax * 8 + kOverread];
    std::memcpy(copy, bytes.data(), size);
    std::memset(copy + size, 0, groups * width + kOverread - size);
    kUnpack[width - 1](copy, groups, numbers);
  }
  bytes.remove_prefix(size);
  return true;
}

}  // namespace sluice::storage
