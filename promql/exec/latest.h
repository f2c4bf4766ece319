// promql/exec/latest.h
//
// Room: promql/exec. What an instant selector sees of a series: the newest sample of each window, unless it says that the
// series has ended.
#pragma once

#include "promql/func/range_function.h"

namespace sluice::promql {

std::unique_ptr<RangeKernel> make_latest(const RangeCall& call);            // the sample
std::unique_ptr<RangeKernel> make_latest_time(const RangeCall& call);       // its time in seconds: timestamp(selector)
std::unique_ptr<RangeKernel> make_latest_info(const RangeCall& call);       // the same, but histograms stay themselves
std::unique_ptr<RangeKernel> make_latest_start(const RangeCall& call);      // its start time: start_timestamp(selector)

}  // namespace sluice::promql
