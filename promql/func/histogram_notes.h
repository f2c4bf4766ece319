// promql/func/histogram_notes.h
//
// Room: promql/func. The annotations that operations on native histograms deserve; texts of contract 3.9.
#pragma once

#include <string>
#include <string_view>

#include "promql/histogram/float_histogram.h"
#include "promql/value/annotations.h"
#include "proto/model/labels.h"

namespace sluice::promql {

enum class HistogramDeed : std::uint8_t { addition, subtraction, aggregation };
std::string_view name(HistogramDeed deed);

inline void note_reset_collision(Annotations& annotations, HistogramDeed deed, std::int32_t position) {
  annotations.warn("conflicting counter resets during histogram " + std::string(name(deed)), position);
}
inline void note_reconciled_bounds(Annotations& annotations, HistogramDeed deed, std::int32_t position) {
  annotations.info("mismatched custom buckets were reconciled during " + std::string(name(deed)), position);
}
inline void note_mixed_schemas(Annotations& annotations, std::string_view metric, std::int32_t position) {
  annotations.warn("vector contains a mix of histograms with exponential and custom buckets schemas for metric name " +
                       go_quoted(metric), position);
}
inline void note_mixed_types(Annotations& annotations, std::string_view metric, std::int32_t position) {
  annotations.warn("encountered a mix of histograms and floats for metric name " + go_quoted(metric), position);
}
inline void note_not_a_counter(Annotations& annotations, std::string_view metric, std::int32_t position) {
  annotations.warn("this native histogram metric is not a counter: " + go_quoted(metric), position);
}
inline void note_not_a_gauge(Annotations& annotations, std::string_view metric, std::int32_t position) {
  annotations.warn("this native histogram metric is not a gauge: " + go_quoted(metric), position);
}

}  // namespace sluice::promql
