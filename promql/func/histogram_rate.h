// promql/func/histogram_rate.h
//
// Room: promql/func. What rate, increase and delta do with native histograms.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "promql/func/range_function.h"

namespace sluice::promql {

// Did the counter start again between the samples at these two times, as start timestamps tell?
using Restarted = std::function<bool(std::int64_t previous_ms, std::int64_t now_ms)>;

// last - first + what was lost in resets, not extrapolated. nullopt: the window gives no result (annotated).
// `from_zero`: the counter was zero at its start inside the window, so the first sample counts in full.
Result<std::optional<Histogram>> histogram_increase(std::span<const HistogramPoint> points, bool counter,
                                                    const Restarted& restarted, bool from_zero, const RangeCall& call,
                                                    const SeriesLabels& labels);
HistogramPtr scaled(Histogram histogram, double factor);

}  // namespace sluice::promql
