#include "promql/engine/edge_points.h"

#include "promql/func/extended.h"
#include "promql/value/failure.h"
#include "proto/model/sample.h"

namespace sluice::promql {
namespace {

struct Floats {
  std::vector<std::int64_t> times;
  std::vector<double> values;

  explicit Floats(const SeriesSamples& samples) {
    for (std::size_t i = 0; i < samples.timestamps_ms.size(); ++i) {
      if (is_stale_nan(samples.values[i])) continue;
      times.push_back(samples.timestamps_ms[i]);
      values.push_back(samples.values[i]);
    }
  }
};

}  // namespace

Result<ResultSeries> edge_points(const SeriesSamples& samples, std::int64_t after, std::int64_t until, Edge edge) {
  if (!samples.histograms.empty())
    return evaluation_failed(std::string(edge == Edge::anchored ? "anchored" : "smoothed") +
                             " modifier is not supported with histograms");
  const Floats floats(samples);
  const auto ends = edge_values(floats.times, floats.values, after, until, edge, /*counter=*/false);
  ResultSeries points;
  if (!ends && edge == Edge::smoothed && !floats.times.empty() && floats.times.front() > until) {
    points.floats = {{after, floats.values.front()}, {until, floats.values.front()}};  // a later sample reaches back
    return points;
  }
  if (!ends) return points;
  points.floats.push_back({after, ends->left});
  for (std::size_t i = 0; i < floats.times.size(); ++i)  // the sample that stands in for a missing left one as well
    if (floats.times[i] > after && floats.times[i] < until)
      points.floats.push_back({floats.times[i], floats.values[i]});
  points.floats.push_back({until, ends->right});
  return points;
}

}  // namespace sluice::promql
