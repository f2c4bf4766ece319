// load/body/encode.h
//
// Room: load/body. Remote-write messages, byte by byte. One sample per TimeSeries, labels repeated in full in 1.0, as
// Prometheus's sender does it. The sample of each series is written with a fixed length so that it can be patched.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/model/labels.h"
#include "proto/model/sample.h"

namespace sluice::load {

enum class Protocol : std::uint8_t { remote_write_1, remote_write_2 };

// A sample inside an encoded series, from the value's first byte: 8 bytes of value, 1 tag, 6 bytes of timestamp.
inline constexpr std::size_t kSpotBytes = 15;
inline constexpr std::size_t kSpotTimestampOffset = 9;

// Timestamps of the years 1971 to 2109 have exactly six varint bytes.
inline constexpr std::int64_t kTimestampMsMin = 1LL << 35, kTimestampMsMax = (1LL << 42) - 1;
void write_timestamp(std::int64_t timestamp_ms, char* six_bytes);
void write_spot(double value, std::int64_t timestamp_ms, char* spot);

void append_varint(std::uint64_t value, std::string& out);
void append_field(char tag, std::string_view bytes, std::string& out);  // tag, length, bytes

// Appends one TimeSeries of a 1.0 WriteRequest with an empty sample; returns where in `out` its spot is.
std::size_t append_series_v1(std::span<const LabelRef> labels, std::string& out);

// The symbol table of one 2.0 Request. Text is copied: callers' labels may be gone when the table is written.
class SymbolTable {
 public:
  SymbolTable() { ref(""); }
  std::uint32_t ref(std::string_view text);
  void append_to(std::string& out) const;

 private:
  std::unordered_map<std::string, std::uint32_t> refs_;
  std::vector<const std::string*> order_;  // map nodes do not move
};

// Appends one TimeSeries of a 2.0 Request, with its metadata.
std::size_t append_series_v2(std::span<const LabelRef> labels, MetricType type, SymbolTable& symbols, std::string& out);

}  // namespace sluice::load
