// promql/func/histogram_rate.h
//
// Room: promql/func. What rate, increase, delta, irate and idelta do with native histograms.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "promql/func/range_function.h"

namespace sluice::promql {

// Did the counter start again between the samples at these two times, as start timestamps tell?
using Restarted = std::function<bool(std::int64_t previous_ms, std::int64_t now_ms)>;

// last - first + what was lost in resets, not extrapolated; a gauge. nullopt: the window gives no result (annotated).
// `from_zero`: the counter was zero at its start inside the window, so the first sample counts in full.
std::optional<Histogram> histogram_increase(std::span<const HistogramPoint> points, bool counter,
                                            const Restarted& restarted, bool from_zero, const RangeCall& call,
                                            std::string_view metric);

// The newer of two samples less the older, which counts as nothing after a reset.
std::optional<Histogram> histogram_step(const Histogram& previous, const Histogram& current, bool counter,
                                        bool restarted, const RangeCall& call, std::string_view metric);

HistogramPtr scaled(Histogram histogram, double factor);

}  // namespace sluice::promql
