// What libprotobuf's generated decoder makes of the small messages, in our types: the reference that the hand-written
// decoder must agree with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/model/histogram_schema.h"
#include "proto/wire/remote_write_v1.pb.h"
#include "proto/wire/remote_write_v2.pb.h"
#include "proto/wire/validate_histogram.h"
#include "proto/wire/write_batch.h"

namespace sluice::wire::reference {

template <class Spans>
std::vector<BucketSpan> spans(const Spans& wire) {
  std::vector<BucketSpan> out;
  for (const auto& span : wire) out.push_back({span.offset(), span.length()});
  return out;
}

template <class Deltas, class Counts>
std::vector<double> buckets(bool is_float, const Deltas& deltas, const Counts& counts) {
  if (is_float) return {counts.begin(), counts.end()};
  std::vector<double> out;
  std::uint64_t running = 0;  // Go's int64 wraps
  for (const std::int64_t delta : deltas) {
    running += static_cast<std::uint64_t>(delta);
    out.push_back(static_cast<double>(static_cast<std::int64_t>(running)));
  }
  return out;
}

// nullopt: invalid, the decoder must have left it out.
template <class WireHistogram>
std::optional<Histogram> histogram(const WireHistogram& wire) {
  const bool is_float = wire.has_count_float();
  Histogram out;
  out.integer = !is_float;
  out.count = is_float ? wire.count_float() : static_cast<double>(wire.count_int());
  out.zero_count = is_float ? wire.zero_count_float() : static_cast<double>(wire.zero_count_int());
  out.sum = wire.sum();
  out.schema = wire.schema();
  out.zero_threshold = wire.zero_threshold();
  const int hint = static_cast<int>(wire.reset_hint());
  if (hint >= 0 && hint <= 3) out.hint = static_cast<CounterResetHint>(hint);
  out.negative_spans = spans(wire.negative_spans());
  out.positive_spans = spans(wire.positive_spans());
  out.negative_buckets = buckets(is_float, wire.negative_deltas(), wire.negative_counts());
  out.positive_buckets = buckets(is_float, wire.positive_deltas(), wire.positive_counts());
  out.custom_values = {wire.custom_values().begin(), wire.custom_values().end()};
  if (out.schema > 8 && out.schema <= 52 && !validate_spans(out)) reduce_schema(out, 8);
  if (validate_histogram(out)) return std::nullopt;
  return out;
}

inline MetricType metric_type(int wire) {
  return wire >= 0 && wire <= 7 ? static_cast<MetricType>(wire) : MetricType::unknown;
}

// 2.0: the labels these references stand for; nullopt when they stand for none.
template <class Refs>
std::optional<std::vector<Label>> labels(const Refs& refs, const io::prometheus::write::v2::Request& request) {
  if (refs.size() % 2 != 0) return std::nullopt;
  const auto inside = [&](std::uint32_t ref) { return ref < static_cast<std::uint32_t>(request.symbols_size()); };
  std::vector<Label> out;
  for (int i = 0; i < refs.size(); i += 2) {
    if (!inside(refs[i]) || !inside(refs[i + 1])) return std::nullopt;
    out.push_back({request.symbols(static_cast<int>(refs[i])), request.symbols(static_cast<int>(refs[i + 1]))});
  }
  return out;
}

inline bool metadata_inside(const io::prometheus::write::v2::Metadata& metadata, int symbols) {
  const auto size = static_cast<std::uint32_t>(symbols);
  return (metadata.help_ref() == 0 || metadata.help_ref() < size) &&
         (metadata.unit_ref() == 0 || metadata.unit_ref() < size);
}

}  // namespace sluice::wire::reference
