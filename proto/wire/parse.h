// proto/wire/parse.h
//
// Room: proto/wire. The messages inside a TimeSeries, one function each. Every function returns nullptr, or the Fault
// that ends the whole request. What only spoils one histogram or exemplar is a text in its result instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/wire/write_batch.h"

namespace sluice::wire {

// Why a whole request is refused: malformed (no limit), or over a limit, whose name, value and remedy the text gives.
struct Fault {
  const char* text;
  std::size_t DecodeLimits::*limit = nullptr;
};
using Trouble = const Fault*;

inline constexpr Fault kMalformed{"malformed protobuf"};
Error to_error(Trouble trouble, const DecodeLimits& limits, std::size_t message_offset);

// The sample of either version; `start_ms` stays 0 for 1.0.
struct ParsedSample {
  Sample sample;
  std::int64_t start_ms = 0;
};
Trouble parse_sample(std::string_view bytes, ParsedSample& out);

Trouble parse_label(std::string_view bytes, LabelRef& out);

// Fills all of `out` but its series. `complaint`: why this histogram cannot be kept.
Trouble parse_histogram(std::string_view bytes, const DecodeLimits& limits, IncomingHistogram& out,
                        std::optional<std::string>& complaint);

// 1.0; the views point into `bytes`. `complaint`: why this exemplar cannot be kept.
Trouble parse_exemplar_v1(std::string_view bytes, const DecodeLimits& limits, Exemplar& out,
                          std::optional<std::string>& complaint);
Trouble parse_exemplar_v2(std::string_view bytes, const DecodeLimits& limits,
                          const std::vector<std::string_view>& symbols, Exemplar& out,
                          std::optional<std::string>& complaint);

Trouble parse_metadata_v1(std::string_view bytes, MetricMetadata& out);

struct MetadataRefs {
  std::uint32_t type = 0, help_ref = 0, unit_ref = 0;
  friend bool operator==(const MetadataRefs&, const MetadataRefs&) = default;
};
Trouble parse_metadata_v2(std::string_view bytes, MetadataRefs& out);  // merges into `out`, as protobuf says
MetricType metric_type(std::uint64_t wire_value);                      // numbers nobody knows are `unknown`

}  // namespace sluice::wire
