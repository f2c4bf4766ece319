// storage/frame/timestamp_codec.h
//
// Room: storage/frame. Ascending timestamps in milliseconds as bytes: equal steps as one run, others as bit-packed
// steps. Any int64 values round-trip (steps wrap), ascending or not; the encoding is made for ascending ones. Thread
// safety: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::storage {

void encode_timestamps(std::span<const std::int64_t> timestamps_ms, std::string& out);

// Fills exactly out.size() timestamps and moves `bytes` behind what it read. The caller knows the count.
// False: corrupt; never reads outside `bytes`.
[[nodiscard]] bool decode_timestamps(std::string_view& bytes, std::span<std::int64_t> out);

}  // namespace sluice::storage
