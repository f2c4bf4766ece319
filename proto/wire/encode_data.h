// proto/wire/encode_data.h
//
// Room: proto/wire. The parts of a TimeSeries that both versions write with the same field numbers.
#pragma once

#include <string>

#include "proto/wire/bytes.h"
#include "proto/wire/encode.h"

namespace sluice::wire {

// Field 2 of a TimeSeries. As Go's encoder does, zeros are left out, except for -0 and NaN, which are not zero bits.
inline std::size_t sample_body_bytes(const OutgoingSample& sample) {
  std::size_t bytes = std::bit_cast<std::uint64_t>(sample.sample.value) == 0 ? 0 : 9;
  if (sample.sample.timestamp_ms != 0)
    bytes += 1 + varint_bytes(static_cast<std::uint64_t>(sample.sample.timestamp_ms));
  if (sample.start_ms != 0) bytes += 1 + varint_bytes(static_cast<std::uint64_t>(sample.start_ms));
  return bytes;
}
inline std::size_t sample_field_bytes(const OutgoingSample& sample) { return 2 + sample_body_bytes(sample); }

inline void put_sample_field(std::string& out, const OutgoingSample& sample) {
  put_tag(out, 2, WireType::bytes);
  put_varint(out, sample_body_bytes(sample));
  if (std::bit_cast<std::uint64_t>(sample.sample.value) != 0) put_double_field(out, 1, sample.sample.value);
  if (sample.sample.timestamp_ms != 0) put_varint_field(out, 2, static_cast<std::uint64_t>(sample.sample.timestamp_ms));
  if (sample.start_ms != 0) put_varint_field(out, 3, static_cast<std::uint64_t>(sample.start_ms));
}

// The body of a Histogram message. An integer histogram is written as deltas, a float histogram as counts.
std::string encode_histogram(const OutgoingHistogram& histogram);

}  // namespace sluice::wire
