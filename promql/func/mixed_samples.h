// promql/func/mixed_samples.h
//
// Room: promql/func. Floats and histograms of one window in order of time.
#pragma once

#include <utility>

#include "promql/func/range_function.h"

namespace sluice::promql {

struct MixedSample {
  std::int64_t timestamp_ms = 0;
  double value = 0;
  const Histogram* histogram = nullptr;  // null: a float
  bool is_histogram() const { return histogram != nullptr; }
};

// The newest two; the window has at least two.
std::pair<MixedSample, MixedSample> last_two(const WindowView& window);

// What resets() and changes() count between neighbours.
bool reset_between(const MixedSample& previous, const MixedSample& current);
bool differ(const MixedSample& previous, const MixedSample& current);

// Calls visit(previous, current) for every pair of neighbours.
template <class Visit>
void for_each_pair(const WindowView& w, Visit&& visit) {
  std::size_t f = 0, h = 0;
  MixedSample previous;
  for (bool first = true; f < w.values.size() || h < w.histograms.size(); first = false) {
    const bool is_float =
        h == w.histograms.size() || (f < w.values.size() && w.timestamps_ms[f] < w.histograms[h].timestamp_ms);
    const MixedSample current = is_float ? MixedSample{w.timestamps_ms[f], w.values[f], nullptr}
                                         : MixedSample{w.histograms[h].timestamp_ms, 0, w.histograms[h].histogram};
    is_float ? ++f : ++h;
    if (!first) visit(previous, current);
    previous = current;
  }
}

}  // namespace sluice::promql
