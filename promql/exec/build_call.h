// promql/exec/build_call.h
//
// Room: promql/exec. Selectors and function calls to operators.
#pragma once

#include "promql/exec/build.h"
#include "promql/func/range_function.h"

namespace sluice::promql {

// What an instant selector gives: its samples, their times (timestamp, info) or their start times (start_timestamp).
enum class SelectorValue : std::uint8_t { sample, time, info, start };

Result<VectorOperatorPtr> build_selector(const Plan& plan, SelectorValue value, const StepGrid& grid,
                                         QueryContext& context);
// An instant selector with matchers and times of its own choice; names are kept.
Result<VectorOperatorPtr> build_info_selector(std::span<const Matcher> matchers, const LookTimes& times,
                                              const StepGrid& grid, QueryContext& context);

// Without a look at duplicate labels.
Result<VectorOperatorPtr> build_range_function(const Plan& plan, const RangeFunction& function, const StepGrid& grid,
                                               QueryContext& context);
Result<VectorOperatorPtr> build_call(const Plan& plan, const StepGrid& grid, QueryContext& context);

}  // namespace sluice::promql
