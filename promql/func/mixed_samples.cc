#include "promql/func/mixed_samples.h"

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

}  // namespace sluice::promql
