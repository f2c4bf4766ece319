// proto/wire/common_sample.h
//
// Room: proto/wire. The two shapes in which Go's encoder writes nearly every sample of this decade, read without a
// loop. The body of a Sample message is then
//   09 v v v v v v v v  10 t t t t t t     16 bytes: value (little endian) and timestamp (a varint of 41 bits), or
//                       10 t t t t t t      7 bytes: the value is 0, which proto3 leaves out.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "proto/model/sample.h"
#include "proto/wire/bytes.h"

namespace sluice::wire {

inline constexpr std::size_t kSampleBytes = 16, kZeroSampleBytes = 7;
inline constexpr std::size_t kSampleHeaderBytes = 2;  // tag and length, in front of the body

// `p`: at the tag, with a byte in front of it and six behind it. All seven are read at once, and the groups of seven
// bits moved together in three steps: a loop over the bytes costs three times as much.
inline bool read_common_timestamp(const char* p, Sample& sample) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t bytes;
  std::memcpy(&bytes, p - 1, sizeof(bytes));
  const std::uint64_t varint = bytes >> 16;
  constexpr std::uint64_t kContinued = 0x8080808080, kContinuation = 0x808080808080;
  if (p[0] != 0x10 || (varint & kContinuation) != kContinued) return false;
  const std::uint64_t pairs = (varint & 0x007f007f007f) | (varint & 0x7f007f007f00) >> 1;
  sample.timestamp_ms =
      static_cast<std::int64_t>((pairs & 0x3fff) | (pairs >> 2 & 0xfffc000) | (pairs >> 4 & 0x3fff0000000));
  return true;
}

// False for every other shape, which is then read field by field.
inline bool read_common_sample(std::string_view body, Sample& sample) {
  const char* const p = body.data();
  if (body.size() == kSampleBytes && p[0] == 0x09) {
    std::memcpy(&sample.value, p + 1, 8);
    return read_common_timestamp(p + 9, sample);
  }
  if (body.size() != kZeroSampleBytes) return false;
  sample.value = 0;
  return read_common_timestamp(p, sample);
}

// The same for a whole Sample field that ends a TimeSeries of 1.0: where the field starts, or nullptr. A guess: the
// bytes may belong to something else, so the caller still has to arrive there from the front.
inline const char* guess_last_sample(std::string_view series, Sample& sample) {
  for (const std::size_t bytes : {kSampleBytes, kZeroSampleBytes}) {
    if (series.size() < bytes + kSampleHeaderBytes) continue;
    const char* const field = series.data() + series.size() - bytes - kSampleHeaderBytes;
    if (field[0] == 0x12 && field[1] == static_cast<char>(bytes) &&
        read_common_sample({field + kSampleHeaderBytes, bytes}, sample))
      return field;
  }
  return nullptr;
}

}  // namespace sluice::wire
