// deriv, predict_linear: a line through the window. double_exponential_smoothing: Holt-Winters without seasons.
#include <cmath>
#include <limits>

#include "promql/func/families.h"
#include "promql/value/failure.h"
#include "promql/value/go_number.h"
#include "promql/histogram/kahan.h"

namespace sluice::promql {
namespace {

struct Line {
  double slope = 0, intercept = 0;
};

// Least squares; x in seconds from `intercept_ms`.
Line regression(std::span<const std::int64_t> times, std::span<const double> values, std::int64_t intercept_ms) {
  KahanSum sum_x, sum_y, sum_xy, sum_xx;
  double n = 0;
  bool constant = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    constant = constant && values[i] == values[0];
    ++n;
    const double x = static_cast<double>(times[i] - intercept_ms) / 1000;
    sum_x.add(x);
    sum_y.add(values[i]);
    sum_xy.add(x * values[i]);
    sum_xx.add(x * x);
  }
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (constant) return std::isinf(values[0]) ? Line{kNan, kNan} : Line{0, values[0]};
  const double x = sum_x.total(), y = sum_y.total();
  const double covariance = sum_xy.total() - x * y / n;
  const double variance = sum_xx.total() - x * x / n;
  const double slope = covariance / variance;
  return {slope, y / n - slope * x / n};
}

void say_ignored(const RangeCall& call, const WindowView& w) {
  call.annotations->info("ignored histograms in a range containing both floats and histograms for metric name " +
                             go_quoted(call.metric_name(w.series.labels)), call.position);
}

struct Derivative {
  explicit Derivative(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (!w.values.empty() && !w.histograms.empty()) say_ignored(call, w);
    if (w.values.size() < 2) return {};
    out.set(w.step, regression(w.timestamps_ms, w.values, w.timestamps_ms[0]).slope);
    return {};
  }
  const RangeCall& call;
};

struct Prediction {
  explicit Prediction(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (!w.values.empty() && !w.histograms.empty()) say_ignored(call, w);
    if (w.values.size() < 2) return {};
    const Line line = regression(w.timestamps_ms, w.values, call.grid.at(w.step));
    out.set(w.step, line.slope * call.scalars[0][w.step] + line.intercept);
    return {};
  }
  const RangeCall& call;
};

struct Smoothing {
  explicit Smoothing(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    const double sf = call.scalars[0][w.step], tf = call.scalars[1][w.step];
    if (sf <= 0 || sf >= 1)
      return evaluation_failed("invalid smoothing factor. Expected: 0 < sf < 1, got: " + go_fixed(sf));
    if (tf <= 0 || tf >= 1)
      return evaluation_failed("invalid trend factor. Expected: 0 < tf < 1, got: " + go_fixed(tf));
    if (!w.values.empty() && !w.histograms.empty()) say_ignored(call, w);
    if (w.values.size() < 2) return {};
    double before = 0, level = w.values[0], trend = w.values[1] - w.values[0];
    for (std::size_t i = 1; i < w.values.size(); ++i) {
      if (i > 1) trend = tf * (level - before) + (1 - tf) * trend;
      const double x = sf * w.values[i], y = (1 - sf) * (level + trend);
      before = level;
      level = x + y;
    }
    out.set(w.step, level);
    return {};
  }
  const RangeCall& call;
};

}  // namespace

std::span<const RangeFunction> trend_functions() {
  static const RangeFunction functions[] = {
      window_function<Derivative>("deriv"),
      window_function<Prediction>("predict_linear"),
      window_function<Smoothing>("double_exponential_smoothing"),
  };
  return functions;
}

}  // namespace sluice::promql
