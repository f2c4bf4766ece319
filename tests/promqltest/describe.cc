#include "tests/promqltest/describe.h"

#include <cstdio>

namespace sluice::promqltest {
namespace {

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

std::string list(const char* key, const std::vector<double>& values) {
  if (values.empty()) return "";
  std::string out = std::string(" ") + key + ":[";
  for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : " ") + number(values[i]);
  return out + "]";
}

std::string spans(const char* key, const std::vector<BucketSpan>& spans) {
  std::string out;
  for (const BucketSpan& span : spans)
    out += (out.empty() ? std::string(" ") + key + ":" : ",") + std::to_string(span.offset) + "+" +
           std::to_string(span.length);
  return out;
}

const char* hint_name(CounterResetHint hint) {
  switch (hint) {
    case CounterResetHint::unknown: return "unknown";
    case CounterResetHint::reset: return "reset";
    case CounterResetHint::not_reset: return "not_reset";
    case CounterResetHint::gauge: return "gauge";
  }
  __builtin_unreachable();
}

std::string at(std::int64_t timestamp_ms) { return " @" + std::to_string(timestamp_ms) + "ms"; }

}  // namespace

std::string describe(const Histogram& h) {
  return "{{schema:" + std::to_string(h.schema) + " count:" + number(h.count) + " sum:" + number(h.sum) +
         " z_bucket:" + number(h.zero_count) + " z_bucket_w:" + number(h.zero_threshold) +
         list("custom_values", h.custom_values) + spans("spans", h.positive_spans) +
         list("buckets", h.positive_buckets) + spans("n_spans", h.negative_spans) +
         list("n_buckets", h.negative_buckets) + " counter_reset_hint:" + hint_name(h.hint) + "}}";
}

std::string describe(double value, const Histogram* histogram) {
  return histogram ? describe(*histogram) : number(value);
}

std::string describe(const SequenceValue& value) {
  return value.omitted ? "_" : describe(value.value, value.histogram.get());
}

std::string describe(const SeriesLine& line, const TimeGrid& grid) {
  std::string out;
  for (std::size_t k = 0; k < line.values.size(); ++k)
    out += " " + describe(line.values[k]) + at(grid.start_ms + static_cast<std::int64_t>(k) * grid.step_ms);
  return out;
}

std::string describe(const MatrixSeries& series) {
  std::string out;
  for (const auto& point : series.floats) out += " " + number(point.value) + at(point.timestamp_ms);
  for (const auto& point : series.histograms) out += " " + describe(*point.histogram) + at(point.timestamp_ms);
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "; ") + text;
  return out.empty() ? "none" : out;
}

}  // namespace sluice::promqltest
