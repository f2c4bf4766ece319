// promql/engine/edge_points.h
//
// Room: promql/engine. What a range selector with `anchored` or `smoothed` answers when no function stands around it.
#pragma once

#include "promql/engine/engine.h"
#include "promql/func/range_function.h"

namespace sluice::promql {

// A point at each end of (after, until] and the samples strictly between; no points when nothing is known behind
// `after`. Labels are the caller's. Histograms are refused, as Prometheus refuses them.
Result<ResultSeries> edge_points(const SeriesSamples& samples, std::int64_t after, std::int64_t until, Edge edge);

}  // namespace sluice::promql
