// promql/exec/smoothed.h
//
// Room: promql/exec. `m smoothed`: an instant selector that interpolates between the samples around the step.
#pragma once

#include "promql/func/range_function.h"

namespace sluice::promql {

// `call.ahead_ms` tells how far behind the end of each window its step lies.
std::unique_ptr<RangeKernel> make_smoothed(const RangeCall& call);

}  // namespace sluice::promql
