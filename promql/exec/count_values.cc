#include "promql/exec/count_values.h"

#include <algorithm>

#include "promql/exec/label_edit.h"
#include "promql/histogram/float_histogram.h"
#include "promql/value/go_number.h"

namespace sluice::promql {

namespace {

// `without` takes the value's own label away again, when it lists that label or it is the name.
bool takes_away(const Aggregation& expr, const std::string& label) {
  return expr.without &&
         (label == kMetricName || std::find(expr.grouping.begin(), expr.grouping.end(), label) != expr.grouping.end());
}

}  // namespace

CountValues::CountValues(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr, std::string label)
    : TableOperator(call.context),
      call_(std::move(call)),
      from_(std::move(from)),
      expr_(expr),
      label_(std::move(label)),
      shows_value_(!takes_away(expr, label_)) {}

std::size_t CountValues::row_for(std::span<const std::uint32_t> group, const std::string& value, Batch& table) {
  std::vector<std::uint32_t> pairs(group.begin(), group.end());
  if (shows_value_) set_label(pairs, context_.symbols(), label_, value);
  bool added = false;
  const std::uint32_t row = keys_.find_or_add(pairs, &added);
  if (added) table.add_row({context_.labels().maker().from_key(pairs), Drop::none});
  return row;
}

Result<void> CountValues::fill(Batch& table) {
  table.reset(call_.grid.count);
  LabelChooser chooser = group_chooser(context_, expr_);
  Batch part;
  for (;;) {
    const auto more = from_->next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const std::size_t bytes_before = table.bytes() + keys_.bytes();
    for (std::size_t row = 0; row < part.rows(); ++row) {
      const auto key = chooser.key(part.labels(row));
      const std::vector<std::uint32_t> group(key.begin(), key.end());
      for_each_bit(part.present(row), part.words(), [&](std::size_t step) {
        const Histogram* histogram = part.histogram(row, step);
        const std::string value = histogram != nullptr ? text(*histogram) : plain_number(part.values(row)[step]);
        const std::size_t to = row_for(group, value, table);
        table.set_float(to, step, table.has(to, step) ? table.values(to)[step] + 1 : 1);
      });
    }
    if (auto held = context_.hold(0, table.bytes() + keys_.bytes() - bytes_before); !held) return held;
  }
  return context_.hold(table.sample_count(), 0);
}

}  // namespace sluice::promql
