#include "promql/func/mixed_samples.h"

#include <cmath>

#include "promql/histogram/float_histogram.h"

namespace sluice::promql {

std::pair<MixedSample, MixedSample> last_two(const WindowView& w) {
  std::size_t f = w.values.size(), h = w.histograms.size();
  const auto take = [&]() -> MixedSample {
    if (h == 0 || (f > 0 && w.timestamps_ms[f - 1] > w.histograms[h - 1].timestamp_ms)) {
      --f;
      return {w.timestamps_ms[f], w.values[f], nullptr};
    }
    --h;
    return {w.histograms[h].timestamp_ms, 0, w.histograms[h].histogram};
  };
  const MixedSample current = take();
  return {take(), current};
}

bool reset_between(const MixedSample& previous, const MixedSample& current) {
  if (previous.is_histogram() != current.is_histogram()) return true;
  return current.is_histogram() ? counter_reset(*current.histogram, *previous.histogram)
                                : current.value < previous.value;
}

bool differ(const MixedSample& previous, const MixedSample& current) {
  if (previous.is_histogram() != current.is_histogram()) return true;
  if (current.is_histogram()) return !equal(*current.histogram, *previous.histogram);
  return current.value != previous.value && !(std::isnan(previous.value) && std::isnan(current.value));
}

}  // namespace sluice::promql
