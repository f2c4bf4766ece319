#include "promql/exec/sorting.h"

#include <cmath>

#include "promql/exec/natural_order.h"
#include "promql/gomath/sort.h"

namespace sluice::promql {

// NaN last in both directions.
bool Sorting::value_before(const Batch& rows, std::size_t a, std::size_t b) const {
  const double x = rows.values(a)[0], y = rows.values(b)[0];
  return std::isnan(y) || (order_.descending ? x > y : x < y);
}

bool Sorting::labels_before(const SeriesLabels& a, const SeriesLabels& b) const {
  LabelRules& rules = context_.labels();
  for (const std::string& label : order_.labels) {
    const std::string_view x = rules.get(a, label), y = rules.get(b, label);
    if (x != y) return natural_less(x, y) != order_.descending;
  }
  const int c = compare(rules.visible(a), rules.visible(b), rules.symbols());
  return order_.descending ? c > 0 : c < 0;
}

Result<void> Sorting::fill(Batch& table) {
  Batch rows;
  if (auto done = collect(*from_, context_, rows, 1); !done) return done;
  std::vector<std::size_t> order;
  for (std::size_t row = 0; row < rows.rows(); ++row)
    if (order_.by_label || rows.histogram(row, 0) == nullptr) order.push_back(row);
  go::sort(std::span(order), [&](std::size_t a, std::size_t b) {
    return order_.by_label ? labels_before(rows.labels(a), rows.labels(b)) : value_before(rows, a, b);
  });
  table.reset(1);
  for (const std::size_t row : order) table.append_row_of(rows, row);
  return {};
}

}  // namespace sluice::promql
