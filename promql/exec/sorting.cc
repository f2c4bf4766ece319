#include "promql/exec/sorting.h"

#include <algorithm>
#include <cmath>

#include "promql/exec/natural_order.h"

namespace sluice::promql {

// NaN last in both directions.
bool Sorting::value_before(const Batch& rows, std::size_t a, std::size_t b) const {
  const double x = rows.values(a)[0], y = rows.values(b)[0];
  if (std::isnan(x) || std::isnan(y)) return !std::isnan(x);
  return order_.descending ? x > y : x < y;
}

int Sorting::compare_labels(const SeriesLabels& a, const SeriesLabels& b) const {
  LabelRules& rules = context_.labels();
  for (const std::string& label : order_.labels) {
    const std::string_view x = rules.get(a, label), y = rules.get(b, label);
    if (x == y) continue;
    return natural_less(x, y) ? -1 : 1;
  }
  return compare(rules.visible(a), rules.visible(b), rules.symbols());
}

Result<void> Sorting::fill(Batch& table) {
  Batch rows;
  if (auto done = collect(*from_, context_, rows, 1); !done) return done;
  std::vector<std::size_t> order;
  for (std::size_t row = 0; row < rows.rows(); ++row)
    if (order_.by_label || rows.histogram(row, 0) == nullptr) order.push_back(row);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (!order_.by_label) {
      const bool both_nan = std::isnan(rows.values(a)[0]) && std::isnan(rows.values(b)[0]);
      return !both_nan && value_before(rows, a, b);
    }
    const int c = compare_labels(rows.labels(a), rows.labels(b));
    return order_.descending ? c > 0 : c < 0;
  });
  table.reset(1);
  for (const std::size_t row : order) table.append_row_of(rows, row);
  return {};
}

}  // namespace sluice::promql
