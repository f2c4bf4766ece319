#include "storage/tsdb/refusals.h"

#include <numeric>

#include "proto/base/number_text.h"

namespace sluice::storage {

const char* reason_label(Refusal refusal) {
  switch (refusal) {
    case Refusal::out_of_order_too_old: return "out_of_order_too_old";
    case Refusal::duplicate_timestamp: return "duplicate_timestamp";
    case Refusal::too_far_in_future: return "too_far_in_future";
    case Refusal::out_of_retention: return "out_of_retention";
    case Refusal::invalid_labels: return "invalid_labels";
    case Refusal::label_limit: return "label_limit";
    case Refusal::series_limit: return "series_limit";
    case Refusal::invalid_histogram: return "invalid_histogram";
    case Refusal::out_of_order_exemplar: return "out_of_order_exemplar";
    case Refusal::invalid_exemplar: return "invalid_exemplar";
    case Refusal::malformed_exemplar: return "malformed_exemplar";
    case Refusal::no_samples: return "no_samples";
    case Refusal::malformed_series: return "malformed_series";
    case Refusal::metadata_limit: return "metadata_limit";
  }
  __builtin_unreachable();
}

std::string refusal_text(Refusal refusal) {
  switch (refusal) {
    case Refusal::out_of_order_too_old: return "too old sample";
    case Refusal::duplicate_timestamp: return "duplicate sample for timestamp";
    case Refusal::too_far_in_future: return "out of bounds: timestamp is too far in the future";
    case Refusal::out_of_retention: return "out of bounds: timestamp is older than the tenant's retention";
    case Refusal::invalid_labels: return "invalid metric name or labels";
    case Refusal::label_limit: return "label limit exceeded";
    case Refusal::series_limit: return "active series limit reached";
    case Refusal::invalid_histogram: return "invalid histogram";
    case Refusal::out_of_order_exemplar: return "out of order exemplar";
    case Refusal::invalid_exemplar: return "label length for exemplar exceeds maximum";
    case Refusal::malformed_exemplar: return "malformed exemplar";
    case Refusal::no_samples: return "TimeSeries must contain at least one sample or histogram";
    case Refusal::malformed_series: return "malformed series";
    case Refusal::metadata_limit: return "metadata limit reached";
  }
  __builtin_unreachable();
}

std::uint64_t WriteReport::refused_total() const {
  return std::accumulate(std::begin(refused), std::end(refused), std::uint64_t{0});
}

std::string duplicate_text(std::int64_t timestamp_ms, double value) {
  return "duplicate sample for timestamp " + std::to_string(timestamp_ms) +
         "; overrides not allowed: another value is stored, new value " + general_number(value);
}

std::string duplicate_histogram_text(std::int64_t timestamp_ms) {
  return "duplicate sample for timestamp " + std::to_string(timestamp_ms) +
         "; overrides not allowed: another value is stored, new value is a histogram";
}

}  // namespace sluice::storage
