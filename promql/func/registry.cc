#include <string_view>
#include <unordered_map>

#include "promql/func/families.h"

namespace sluice::promql {
namespace {

template <class Function>
using Table = std::unordered_map<std::string_view, const Function*>;

template <class Function>
void add(Table<Function>& table, std::span<const Function> family) {
  for (const Function& function : family) table.emplace(function.name, &function);
}

Table<RangeFunction> range_table() {
  Table<RangeFunction> table;
  for (const auto family : {rate_functions(), instant_rate_functions(), change_functions(), sum_over_time_functions(),
                            over_time_functions(), spread_over_time_functions(), trend_functions()})
    add(table, family);
  return table;
}

Table<VectorFunction> vector_table() {
  Table<VectorFunction> table;
  for (const auto family :
       {math_functions(), trigonometry_functions(), calendar_functions(), histogram_cell_functions()})
    add(table, family);
  return table;
}

template <class Function>
const Function* find(const Table<Function>& table, std::string_view name) {
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace

const RangeFunction* find_range_function(std::string_view name) {
  static const Table<RangeFunction> table = range_table();
  return find(table, name);
}

const VectorFunction* find_vector_function(std::string_view name) {
  static const Table<VectorFunction> table = vector_table();
  return find(table, name);
}

std::string RangeCall::metric_name(const SeriesLabels& labels) const {
  if (labels.drop != Drop::none && !delayed_names) return {};
  for (std::uint32_t i = 0; i < labels.view.count; ++i)
    if (symbols->text(labels.view.names[i]) == kMetricName) return std::string(symbols->text(labels.view.values[i]));
  return {};
}

}  // namespace sluice::promql
