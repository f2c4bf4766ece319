// promql/func/extended.h
//
// Room: promql/func. `m[5m] anchored` and `m[5m] smoothed`: the value at both ends of the window takes the place of
// extrapolation (contract 3.4). Kernels see samples from a lookback before the window, and after it when smoothed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "promql/func/range_function.h"

namespace sluice::promql {

// A kernel for this function under this modifier; nullptr: the function cannot be used with it.
using MakeKernel = std::unique_ptr<RangeKernel> (*)(const RangeCall&);
MakeKernel find_extended_function(std::string_view name, Edge edge);
// "anchored modifier can only be used with: ... - not with F"
std::string edge_refusal(std::string_view name, Edge edge);

// The samples that matter to one window (after, until]: from the last one at or before `after` (or the first there is)
// to the last one in it (smoothed: the first at or after `until`, if there is one).
struct EdgeSpan {
  std::size_t first = 0, last = 0;
};
template <class TimeAt>
std::optional<EdgeSpan> edge_span(std::size_t count, TimeAt time_at, std::int64_t after, std::int64_t until,
                                  Edge edge) {
  if (count == 0) return std::nullopt;
  EdgeSpan span;
  std::size_t next = 0;
  while (next < count && time_at(next) <= after) ++next;  // the first strictly after the window's start
  if (next == count) return std::nullopt;
  span.first = next == 0 ? 0 : next - 1;
  span.last = next;
  if (edge == Edge::smoothed) {
    if (time_at(span.first) > until) return std::nullopt;
    while (span.last + 1 < count && time_at(span.last) < until) ++span.last;
  } else {
    if (time_at(next) > until) return std::nullopt;
    while (span.last + 1 < count && time_at(span.last + 1) <= until) ++span.last;
  }
  return span;
}

// The values at both ends of a window of floats, and the samples strictly between them.
struct EdgeValues {
  double left = 0, right = 0;
  EdgeSpan inner;  // [first, last) of the samples
};
std::optional<EdgeValues> edge_values(std::span<const std::int64_t> times, std::span<const double> values,
                                      std::int64_t after, std::int64_t until, Edge edge, bool counter);

// right - left + what was lost in resets, as a gauge. nullopt: no result (annotated).
std::optional<Histogram> extended_histogram_increase(std::span<const HistogramPoint> points, std::int64_t after,
                                                     std::int64_t until, bool counter, const RangeCall& call,
                                                     std::string_view metric);

// y1 + (y2 - y1) * (t - t1) / (t2 - t1); a counter that was reset between them starts from nothing.
double interpolated_value(std::int64_t t1, double y1, std::int64_t t2, double y2, std::int64_t t, bool counter);
// h1 + (h2 - h1) * share, likewise. Both have the same kind of buckets.
Histogram interpolated(const Histogram& before, const Histogram& after, double share, bool counter,
                       const RangeCall& call);

}  // namespace sluice::promql
