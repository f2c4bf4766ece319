#include "promql/exec/histogram_functions.h"

#include <algorithm>
#include <cmath>

#include "promql/exec/label_edit.h"
#include "promql/histogram/float_histogram.h"
#include "promql/value/go_number.h"
#include "proto/base/go_float.h"

namespace sluice::promql {
namespace {

constexpr char kBucketLabel[] = "le";

}  // namespace

Result<void> HistogramFunction::fill(Batch& table) {
  Batch rows;
  if (auto done = collect(*from_, context_, rows, question_.grid.count); !done) return done;
  table.reset(question_.grid.count);
  warn_arguments();
  gather(rows);
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    Group& g = groups_[group];
    std::stable_sort(g.buckets.begin(), g.buckets.end(),
                     [](const Bucket& a, const Bucket& b) { return a.upper_bound < b.upper_bound; });
    if (!g.natives.empty()) {
      find_mixed(g, rows);
      answer_native(group, rows, table);
    }
    if (!g.buckets.empty()) answer_classic(group, rows, table);
  }
  return context_.hold(table.sample_count(), table.bytes());
}

void HistogramFunction::warn_arguments() {
  if (question_.fraction) return;
  for (const auto& output : question_.outputs)
    for (const double q : output.first)
      if (!(q >= 0 && q <= 1))
        context_.annotations().warn("quantile value should be between 0 and 1, got " + general_number(q),
                                    output.position);
}

// A row takes part with its floats as a bucket, and with its histograms under its labels without `le`... of which a
// native histogram has none.
void HistogramFunction::gather(const Batch& rows) {
  LabelChooser chooser = context_.labels().chooser(LabelChooser::Mode::remove, {kBucketLabel});
  LabelRules& rules = context_.labels();
  for (std::uint32_t row = 0; row < rows.rows(); ++row) {
    bool any_float = !rows.has_histograms(), any_native = false;
    if (rows.has_histograms())
      for_each_bit(rows.present(row), rows.words(),
                   [&](std::size_t step) { (rows.histogram(row, step) != nullptr ? any_native : any_float) = true; });
    const auto group_of = [&](std::span<const std::uint32_t> key) -> Group& {
      bool added = false;
      const std::uint32_t group = keys_.find_or_add(key, &added);
      if (added) groups_.emplace_back();
      groups_[group].drop = join(groups_[group].drop, rows.labels(row).drop);
      return groups_[group];
    };
    if (any_native) group_of(rules.visible_key(rows.labels(row))).natives.push_back(row);
    if (!any_float) continue;
    const std::string_view le = rules.get(rows.labels(row), kBucketLabel);
    if (const auto bound = parse_go_float(le))
      group_of(chooser.key(rows.labels(row))).buckets.push_back({*bound, row});
    else
      context_.annotations().warn(
          "bucket label \"le\" is missing or has a malformed value of " + go_quoted(le) + name_suffix(rows.labels(row)),
          question_.vector_position);
  }
}

void HistogramFunction::find_mixed(Group& group, const Batch& rows) {
  group.mixed.assign(rows.words(), 0);
  for (const std::uint32_t native : group.natives)
    for (const Bucket& bucket : group.buckets)
      for (std::size_t step = 0; step < rows.steps(); ++step)
        if (rows.histogram(native, step) != nullptr && rows.has(bucket.row, step) &&
            rows.histogram(bucket.row, step) == nullptr)
          set_bit(group.mixed.data(), step);
  if (any_bit(group.mixed.data(), group.mixed.size()))
    context_.annotations().warn(
        "vector contains a mix of classic and native histograms" + name_suffix(rows.labels(group.natives[0])),
        question_.vector_position);
}

std::string HistogramFunction::name_suffix(const SeriesLabels& labels) const {
  if (!context_.labels().delayed()) return {};
  const std::string_view name = context_.labels().get(labels, kMetricName);
  return name.empty() ? std::string() : " for metric name " + go_quoted(name);
}

SeriesLabels HistogramFunction::output_labels(std::size_t group, const HistogramQuestion::Output& output) {
  const auto key = keys_.key(static_cast<std::uint32_t>(group));
  std::vector<std::uint32_t> pairs(key.begin(), key.end());
  if (question_.label) set_label(pairs, context_.symbols(), *question_.label, output.label_value);
  return {context_.labels().maker().from_key(pairs), Drop::metadata};
}

void HistogramFunction::answer_classic(std::size_t group, const Batch& rows, Batch& table) {
  const Group& g = groups_[group];
  const std::size_t first_row = table.rows();
  for (const auto& output : question_.outputs) table.add_row(output_labels(group, output));
  for (std::size_t step = 0; step < rows.steps(); ++step) {
    if (!g.mixed.empty() && test_bit(g.mixed.data(), step)) continue;
    std::vector<ClassicBucket> buckets;
    for (const Bucket& bucket : g.buckets)
      if (rows.has(bucket.row, step) && rows.histogram(bucket.row, step) == nullptr)
        buckets.push_back({bucket.upper_bound, rows.values(bucket.row)[step]});
    if (!buckets.empty()) answer_classic_step(buckets, step, table, first_row);
  }
}

// All outputs share the buckets: what one has repaired, the next finds in order.
void HistogramFunction::answer_classic_step(std::vector<ClassicBucket>& buckets, std::size_t step, Batch& table,
                                            std::size_t first_row) {
  for (std::size_t i = 0; i < question_.outputs.size(); ++i) {
    const auto& output = question_.outputs[i];
    const std::size_t row = first_row + i;
    if (question_.fraction) {
      table.set_float(row, step, classic_fraction(output.first[step], output.second[step], buckets));
      continue;
    }
    const ClassicQuantile quantile = classic_quantile(output.first[step], buckets);
    table.set_float(row, step, quantile.value);
    if (quantile.repaired) note_repair(quantile, table.labels(row), question_.grid.at(step));
  }
}

void HistogramFunction::note_repair(const ClassicQuantile& quantile, const SeriesLabels& labels, std::int64_t time_ms) {
  const MonotonicityRepair repair{
      quantile.repaired_from, quantile.repaired_to, quantile.difference_max, time_ms, time_ms, 1};
  context_.annotations().repaired(
      "input to histogram_quantile needed to be fixed for monotonicity (see "
      "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)" +
          name_suffix(labels),
      question_.vector_position, repair);
}

void HistogramFunction::answer_native(std::size_t group, const Batch& rows, Batch& table) {
  const Group& g = groups_[group];
  for (const auto& output : question_.outputs) {
    for (const std::uint32_t row : g.natives) {
      const std::size_t to = table.add_row(output_labels(group, output));
      for_each_bit(rows.present(row), rows.words(), [&](std::size_t step) {
        const Histogram* histogram = rows.histogram(row, step);
        if (histogram != nullptr && !test_bit(g.mixed.data(), step))
          answer_native_step(output, *histogram, step, table, to);
      });
    }
  }
}

void HistogramFunction::answer_native_step(const HistogramQuestion::Output& output, const Histogram& histogram,
                                           std::size_t step, Batch& table, std::size_t row) {
  const std::string suffix = name_suffix(table.labels(row));
  if (question_.fraction) {
    const Estimate estimate = promql::histogram_fraction(output.first[step], output.second[step], histogram);
    table.set_float(row, step, estimate.value);
    if (estimate.has_nan)
      context_.annotations().info(
          "input to histogram_fraction has NaN observations, which are excluded from all fractions" + suffix,
          question_.vector_position);
    return;
  }
  const Estimate estimate = promql::histogram_quantile(output.first[step], histogram);
  table.set_float(row, step, estimate.value);
  if (estimate.has_nan)
    context_.annotations().info(std::string("input to histogram_quantile has NaN observations, result is ") +
                                    (estimate.skewed ? "skewed higher" : "NaN") + suffix,
                                question_.vector_position);
}

}  // namespace sluice::promql
