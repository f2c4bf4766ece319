#include "storage/tsdb/label_rules.h"

#include <algorithm>

namespace sluice::storage {

namespace {

constexpr std::size_t kSeriesTextBytesMax =
    2048;  // of one series in an error text: an answer is not a copy of the request

std::optional<LabelRefusal> invalid(std::string text) { return LabelRefusal{Refusal::invalid_labels, std::move(text)}; }

std::optional<LabelRefusal> over_limit(const char* limit, std::uint64_t value, const std::string& what,
                                       const std::vector<LabelRef>& labels) {
  return LabelRefusal{Refusal::label_limit, what + ", " + limit + " is " + std::to_string(value) +
                                                ": send less or raise limits." + limit + " of this tenant; series " +
                                                labels_text(labels)};
}

bool well_formed(const LabelRef& label) {
  return !label.name.empty() && is_valid_utf8(label.name) && is_valid_utf8(label.value);
}

std::optional<LabelRefusal> check_limits(const std::vector<LabelRef>& labels, const StorageLimits& limits) {
  if (labels.size() > limits.labels_per_series_max) {
    return over_limit("labels_per_series_max", limits.labels_per_series_max,
                      "series has " + std::to_string(labels.size()) + " labels", labels);
  }
  for (const LabelRef& label : labels) {
    if (label.name.size() > limits.label_name_bytes_max) {
      return over_limit("label_name_bytes_max", limits.label_name_bytes_max,
                        "a label name has " + std::to_string(label.name.size()) + " bytes", labels);
    }
    if (label.value.size() > limits.label_value_bytes_max) {
      return over_limit(
          "label_value_bytes_max", limits.label_value_bytes_max,
          "the value of label " + go_quoted(label.name) + " has " + std::to_string(label.value.size()) + " bytes",
          labels);
    }
  }
  return std::nullopt;
}

bool has_metric_name(const std::vector<LabelRef>& labels) {
  return std::any_of(labels.begin(), labels.end(), [](const LabelRef& label) { return label.name == kMetricName; });
}

}  // namespace

std::string labels_text(const std::vector<LabelRef>& labels) {
  std::string text = "{";
  for (const LabelRef& label : labels) {
    if (text.size() > kSeriesTextBytesMax) return text + ", ...}";
    if (text.size() > 1) text += ", ";
    text.append(label.name.substr(0, kSeriesTextBytesMax)).append("=");
    text += go_quoted(label.value.substr(0, kSeriesTextBytesMax));
  }
  return text + "}";
}

std::optional<LabelRefusal> canonicalise(std::vector<LabelRef>& labels, const StorageLimits& limits) {
  const auto by_name = [](const LabelRef& a, const LabelRef& b) { return a.name < b.name; };
  if (!std::is_sorted(labels.begin(), labels.end(), by_name)) std::stable_sort(labels.begin(), labels.end(), by_name);
  if (!std::all_of(labels.begin(), labels.end(), well_formed)) {
    return invalid("invalid metric name or labels, got " + labels_text(labels));
  }
  const auto same = std::adjacent_find(labels.begin(), labels.end(),
                                       [](const LabelRef& a, const LabelRef& b) { return a.name == b.name; });
  if (same != labels.end()) {
    return invalid("invalid labels for series, labels " + labels_text(labels) + ", duplicated label " +
                   std::string(same->name));
  }
  std::erase_if(labels, [](const LabelRef& label) { return label.value.empty(); });
  if (!has_metric_name(labels)) return invalid("invalid metric name or labels, got " + labels_text(labels));
  return check_limits(labels, limits);
}

}  // namespace sluice::storage
