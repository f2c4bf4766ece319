#include "tests/promqltest/nhcb.h"

#include <cmath>

#include "tests/promqltest/text.h"

namespace sluice::promqltest {
namespace {

enum class Part { none, bucket, count, sum };

// What is known of one classic histogram at one time.
struct Classic {
  std::map<double, double> buckets;  // upper bound to cumulative count
  std::optional<double> count;
  double sum = 0;
};

Part take_suffix(std::string& name) {
  const auto ends = [&](std::string_view suffix) {
    if (!name.ends_with(suffix)) return false;
    name.resize(name.size() - suffix.size());
    return true;
  };
  if (ends("_bucket")) return Part::bucket;
  if (ends("_count")) return Part::count;
  return ends("_sum") ? Part::sum : Part::none;
}

Labels base_labels(const Labels& labels, const std::string& name) {
  std::vector<Label> kept;
  for (const Label& label : labels.all())
    if (label.name != "le" && label.name != kMetricName) kept.push_back(label);
  kept.push_back({std::string(kMetricName), name});
  return Labels::sorted(std::move(kept));
}

void add(Classic& classic, Part part, double bound, double value) {
  switch (part) {
    case Part::bucket: classic.buckets[bound] = value; return;
    case Part::count: classic.count = value; return;
    case Part::sum: classic.sum = value; return;
    case Part::none: return;
  }
}

// Cumulative counts that end in +Inf, as the overall count says.
Result<void> complete(Classic& classic) {
  const double highest = classic.buckets.empty() ? 0 : classic.buckets.rbegin()->second;
  const bool has_infinity = !classic.buckets.empty() && std::isinf(classic.buckets.rbegin()->first);
  if (!classic.count) classic.count = highest;
  if (!has_infinity) classic.buckets[HUGE_VAL] = *classic.count;
  if (classic.buckets.rbegin()->second != *classic.count)
    return fail(Errc::invalid_argument, "the +Inf bucket and the count differ");
  return {};
}

Result<Histogram> convert(Classic classic) {
  if (auto done = complete(classic); !done) return tl::unexpected<Error>(done.error());
  Histogram h;
  h.schema = kCustomBucketsSchema;
  h.count = *classic.count;
  h.sum = classic.sum;
  double before = 0;
  for (const auto& [bound, cumulative] : classic.buckets) {
    if (!(cumulative >= before)) return fail(Errc::invalid_argument, "bucket counts are not cumulative");
    if (!std::isinf(bound)) h.custom_values.push_back(bound);
    h.positive_buckets.push_back(cumulative - before);
    before = cumulative;
  }
  h.positive_spans.push_back({0, static_cast<std::uint32_t>(h.positive_buckets.size())});
  return h;
}

using ByTime = std::map<std::int64_t, Classic>;

void collect(const SeriesLine& line, std::int64_t step_ms, std::map<Labels, ByTime>& classics) {
  std::string name(line.labels.get(kMetricName));
  const Part part = take_suffix(name);
  const auto bound = whole_number(line.labels.get("le"));
  if (part == Part::none || (part == Part::bucket && (!bound || std::isnan(*bound)))) return;
  ByTime& by_time = classics[base_labels(line.labels, name)];
  for (std::size_t k = 0; k < line.values.size(); ++k) {
    const SequenceValue& value = line.values[k];
    if (!value.omitted && !value.histogram)
      add(by_time[static_cast<std::int64_t>(k) * step_ms], part, bound.value_or(0), value.value);
  }
}

}  // namespace

Result<std::map<Labels, std::vector<TimedHistogram>>> to_custom_buckets(const Load& load) {
  std::map<Labels, ByTime> classics;
  for (const SeriesLoad& series : load.series) collect(series.line, load.step_ms, classics);
  std::map<Labels, std::vector<TimedHistogram>> converted;
  for (auto& [labels, by_time] : classics) {
    for (auto& [timestamp_ms, classic] : by_time) {
      auto histogram = convert(std::move(classic));
      if (!histogram) return fail(Errc::invalid_argument, labels.text() + ": " + histogram.error().detail());
      converted[labels].push_back({timestamp_ms, std::move(*histogram)});
    }
  }
  return converted;
}

}  // namespace sluice::promqltest
