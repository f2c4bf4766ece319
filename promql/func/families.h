// promql/func/families.h
//
// Room: promql/func. Every family of functions, one per file. A new function goes into its family's table; a new family
// adds a line here and one in registry.cc.
#pragma once

#include <span>

#include "promql/func/range_function.h"
#include "promql/func/vector_function.h"

namespace sluice::promql {

std::span<const RangeFunction> rate_functions();           // rate increase delta
std::span<const RangeFunction> instant_rate_functions();   // irate idelta
std::span<const RangeFunction> change_functions();         // resets changes
std::span<const RangeFunction> sum_over_time_functions();  // sum avg
std::span<const RangeFunction> over_time_functions();      // count present last first min max and their times
std::span<const RangeFunction> spread_over_time_functions();  // stddev stdvar quantile mad
std::span<const RangeFunction> trend_functions();          // deriv predict_linear double_exponential_smoothing

std::span<const VectorFunction> math_functions();
std::span<const VectorFunction> trigonometry_functions();
std::span<const VectorFunction> calendar_functions();
std::span<const VectorFunction> histogram_cell_functions();  // histogram_count, _sum, _avg, ...

}  // namespace sluice::promql
