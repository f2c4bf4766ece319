// stddev, stdvar, quantile and mad over time: floats only; histograms beside them are ignored with an info.
#include <cmath>
#include <limits>
#include <vector>

#include "promql/func/families.h"
#include "promql/func/statistics.h"
#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

// Whether there are floats to look at; says so when histograms beside them are ignored.
bool has_floats(const RangeCall& call, const WindowView& w, std::int32_t position) {
  if (w.values.empty()) return false;
  if (!w.histograms.empty())
    call.annotations->info("ignored histograms in a range containing both floats and histograms for metric name " +
                               go_quoted(call.metric_name(w.series.labels)),
                           position);
  return true;
}

template <bool root>
struct Variance {
  explicit Variance(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (!has_floats(call, w, call.position)) return {};
    const double v = variance(w.values);
    out.set(w.step, root ? std::sqrt(v) : v);
    return {};
  }
  const RangeCall& call;
};

struct Quantile {
  explicit Quantile(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) {
    const double q = call.scalars[0][w.step];
    const std::int32_t position = call.scalar_positions[0];
    if (w.values.empty()) return {};
    if (std::isnan(q) || q < 0 || q > 1)
      call.annotations->warn("quantile value should be between 0 and 1, got " + general_number(q), position);
    if (!has_floats(call, w, position)) return {};
    sorted.assign(w.values.begin(), w.values.end());
    out.set(w.step, quantile(q, sorted));
    return {};
  }
  const RangeCall& call;
  std::vector<double> sorted;
};

struct MedianDeviation {
  explicit MedianDeviation(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) {
    if (!has_floats(call, w, call.position)) return {};
    values.assign(w.values.begin(), w.values.end());
    for (const double v : values)
      if (std::isnan(v)) {
        out.set(w.step, std::numeric_limits<double>::quiet_NaN());
        return {};
      }
    const double median = quantile(0.5, values);
    for (double& v : values) v = std::fabs(v - median);
    out.set(w.step, quantile(0.5, values));
    return {};
  }
  const RangeCall& call;
  std::vector<double> values;
};

}  // namespace

std::span<const RangeFunction> spread_over_time_functions() {
  static const RangeFunction functions[] = {
      window_function<Variance<true>>("stddev_over_time"),
      window_function<Variance<false>>("stdvar_over_time"),
      window_function<Quantile>("quantile_over_time"),
      window_function<MedianDeviation>("mad_over_time"),
  };
  return functions;
}

}  // namespace sluice::promql
