// proto/wire/fields.h
//
// Room: proto/wire. The field tags of both messages, as docs of remote write number them; the .proto files are the
// prose form. `_1` is remote write 1.0, `_2` is 2.0, without suffix both.
#pragma once

#include "proto/wire/bytes.h"

namespace sluice::wire::fields {

inline constexpr std::uint32_t kSeries1 = tag_of(1, WireType::bytes);
inline constexpr std::uint32_t kMetadata1 = tag_of(3, WireType::bytes);
inline constexpr std::uint32_t kSymbols2 = tag_of(4, WireType::bytes);
inline constexpr std::uint32_t kSeries2 = tag_of(5, WireType::bytes);

namespace series1 {
inline constexpr std::uint32_t kLabel = tag_of(1, WireType::bytes);
inline constexpr std::uint32_t kSample = tag_of(2, WireType::bytes);
inline constexpr std::uint32_t kExemplar = tag_of(3, WireType::bytes);
inline constexpr std::uint32_t kHistogram = tag_of(4, WireType::bytes);
}  // namespace series1

namespace series2 {
inline constexpr std::uint32_t kRefs = tag_of(1, WireType::bytes);     // packed, as proto3 writers do
inline constexpr std::uint32_t kOneRef = tag_of(1, WireType::varint);  // not packed: also legal
inline constexpr std::uint32_t kSample = tag_of(2, WireType::bytes);
inline constexpr std::uint32_t kHistogram = tag_of(3, WireType::bytes);
inline constexpr std::uint32_t kExemplar = tag_of(4, WireType::bytes);
inline constexpr std::uint32_t kMetadata = tag_of(5, WireType::bytes);
}  // namespace series2

namespace label {
inline constexpr std::uint32_t kName = tag_of(1, WireType::bytes);
inline constexpr std::uint32_t kValue = tag_of(2, WireType::bytes);
}  // namespace label

namespace sample {
inline constexpr std::uint32_t kValue = tag_of(1, WireType::fixed64);
inline constexpr std::uint32_t kTimestamp = tag_of(2, WireType::varint);
inline constexpr std::uint32_t kStart2 = tag_of(3, WireType::varint);
}  // namespace sample

namespace exemplar {
inline constexpr std::uint32_t kLabel1 = tag_of(1, WireType::bytes);
inline constexpr std::uint32_t kRefs2 = tag_of(1, WireType::bytes);
inline constexpr std::uint32_t kOneRef2 = tag_of(1, WireType::varint);
inline constexpr std::uint32_t kValue = tag_of(2, WireType::fixed64);
inline constexpr std::uint32_t kTimestamp = tag_of(3, WireType::varint);
}  // namespace exemplar

namespace metadata {
inline constexpr std::uint32_t kType = tag_of(1, WireType::varint);
inline constexpr std::uint32_t kMetric1 = tag_of(2, WireType::bytes);
inline constexpr std::uint32_t kHelp1 = tag_of(4, WireType::bytes);
inline constexpr std::uint32_t kUnit1 = tag_of(5, WireType::bytes);
inline constexpr std::uint32_t kHelpRef2 = tag_of(3, WireType::varint);
inline constexpr std::uint32_t kUnitRef2 = tag_of(4, WireType::varint);
}  // namespace metadata

}  // namespace sluice::wire::fields
