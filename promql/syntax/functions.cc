// The functions of PromQL: what each takes and returns. What they compute is promql/func's business.
#include <algorithm>

#include "promql/syntax/ast.h"

namespace sluice::promql {
namespace {

constexpr ValueType v = ValueType::vector;
constexpr ValueType m = ValueType::matrix;
constexpr ValueType s = ValueType::scalar;
constexpr ValueType str = ValueType::string;
constexpr bool kExperimental = true;

// name, arguments, variadic, result; see FunctionSignature for the meaning of variadic. Sorted by name.
std::vector<FunctionSignature> table() {
  return {
      {"abs", {v}, 0, v},
      {"absent", {v}, 0, v},
      {"absent_over_time", {m}, 0, v},
      {"acos", {v}, 0, v},
      {"acosh", {v}, 0, v},
      {"asin", {v}, 0, v},
      {"asinh", {v}, 0, v},
      {"atan", {v}, 0, v},
      {"atanh", {v}, 0, v},
      {"avg_over_time", {m}, 0, v},
      {"ceil", {v}, 0, v},
      {"changes", {m}, 0, v},
      {"clamp", {v, s, s}, 0, v},
      {"clamp_max", {v, s}, 0, v},
      {"clamp_min", {v, s}, 0, v},
      {"cos", {v}, 0, v},
      {"cosh", {v}, 0, v},
      {"count_over_time", {m}, 0, v},
      {"day_of_month", {v}, 1, v},
      {"day_of_week", {v}, 1, v},
      {"day_of_year", {v}, 1, v},
      {"days_in_month", {v}, 1, v},
      {"deg", {v}, 0, v},
      {"delta", {m}, 0, v},
      {"deriv", {m}, 0, v},
      {"double_exponential_smoothing", {m, s, s}, 0, v, kExperimental},
      {"end", {}, 0, s, kExperimental},
      {"exp", {v}, 0, v},
      {"first_over_time", {m}, 0, v},
      {"floor", {v}, 0, v},
      {"histogram_avg", {v}, 0, v},
      {"histogram_count", {v}, 0, v},
      {"histogram_fraction", {s, s, v}, 0, v},
      {"histogram_quantile", {s, v}, 0, v},
      {"histogram_quantiles", {v, str, s, s}, 9, v, kExperimental},
      {"histogram_stddev", {v}, 0, v},
      {"histogram_stdvar", {v}, 0, v},
      {"histogram_sum", {v}, 0, v},
      {"hour", {v}, 1, v},
      {"idelta", {m}, 0, v},
      {"increase", {m}, 0, v},
      {"info", {v, v}, 1, v, kExperimental},
      {"irate", {m}, 0, v},
      {"label_join", {v, str, str, str}, -1, v},
      {"label_replace", {v, str, str, str, str}, 0, v},
      {"last_over_time", {m}, 0, v},
      {"ln", {v}, 0, v},
      {"log10", {v}, 0, v},
      {"log2", {v}, 0, v},
      {"mad_over_time", {m}, 0, v, kExperimental},
      {"max_of", {s, s}, 0, s, kExperimental},
      {"max_over_time", {m}, 0, v},
      {"min_of", {s, s}, 0, s, kExperimental},
      {"min_over_time", {m}, 0, v},
      {"minute", {v}, 1, v},
      {"month", {v}, 1, v},
      {"pi", {}, 0, s},
      {"predict_linear", {m, s}, 0, v},
      {"present_over_time", {m}, 0, v},
      {"quantile_over_time", {s, m}, 0, v},
      {"rad", {v}, 0, v},
      {"range", {}, 0, s, kExperimental},
      {"rate", {m}, 0, v},
      {"resets", {m}, 0, v},
      {"round", {v, s}, 1, v},
      {"scalar", {v}, 0, s},
      {"sgn", {v}, 0, v},
      {"sin", {v}, 0, v},
      {"sinh", {v}, 0, v},
      {"sort", {v}, 0, v},
      {"sort_by_label", {v, str}, -1, v, kExperimental},
      {"sort_by_label_desc", {v, str}, -1, v, kExperimental},
      {"sort_desc", {v}, 0, v},
      {"sqrt", {v}, 0, v},
      {"start", {}, 0, s, kExperimental},
      {"start_timestamp", {v}, 0, v, kExperimental},
      {"stddev_over_time", {m}, 0, v},
      {"stdvar_over_time", {m}, 0, v},
      {"step", {}, 0, s, kExperimental},
      {"sum_over_time", {m}, 0, v},
      {"tan", {v}, 0, v},
      {"tanh", {v}, 0, v},
      {"time", {}, 0, s},
      {"timestamp", {v}, 0, v},
      {"ts_of_first_over_time", {m}, 0, v, kExperimental},
      {"ts_of_last_over_time", {m}, 0, v, kExperimental},
      {"ts_of_max_over_time", {m}, 0, v, kExperimental},
      {"ts_of_min_over_time", {m}, 0, v, kExperimental},
      {"vector", {s}, 0, v},
      {"year", {v}, 1, v},
  };
}

}  // namespace

const std::vector<FunctionSignature>& all_functions() {
  static const std::vector<FunctionSignature> functions = table();
  return functions;
}

const FunctionSignature* find_function(std::string_view name) {
  const auto& functions = all_functions();
  const auto at = std::lower_bound(functions.begin(), functions.end(), name,
                                   [](const FunctionSignature& f, std::string_view wanted) { return f.name < wanted; });
  return at != functions.end() && at->name == name ? &*at : nullptr;
}

}  // namespace sluice::promql
