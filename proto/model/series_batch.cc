#include "proto/model/series_source.h"

namespace sluice {

void SeriesBatch::clear() {
  series.clear();
  timestamp_buffer.clear();
  value_buffer.clear();
  histogram_points.clear();
  start_buffer.clear();
  keep_alive.clear();
}

std::size_t SeriesBatch::sample_count() const {
  std::size_t count = 0;
  for (const SeriesSamples& s : series) count += s.timestamps_ms.size() + s.histograms.size();
  return count;
}

}  // namespace sluice
