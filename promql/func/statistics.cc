#include "promql/func/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "promql/gomath/sort.h"
#include "promql/histogram/kahan.h"

namespace sluice::promql {

void Mean::add(double x) {
  ++count_;
  if (!incremental_) {
    double sum = sum_, compensation = compensation_;
    kahan_add(x, sum, compensation);
    if (count_ == 1 || !std::isinf(sum)) {
      sum_ = sum;
      compensation_ = compensation;
      return;
    }
    incremental_ = true;
    mean_ = sum_ / (count_ - 1);
    compensation_ /= count_ - 1;
  }
  const double q = (count_ - 1) / count_;
  double mean = q * mean_, compensation = q * compensation_;
  kahan_add(x / count_, mean, compensation);
  mean_ = mean;
  compensation_ = compensation;
}

double Mean::value() const {
  if (incremental_) return mean_ + compensation_;
  return sum_ / count_ + compensation_ / count_;
}

double quantile(double q, std::vector<double>& values) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  if (values.empty() || std::isnan(q)) return std::numeric_limits<double>::quiet_NaN();
  if (q < 0) return -kInf;
  if (q > 1) return kInf;
  go::sort(std::span(values), [](double a, double b) { return std::isnan(a) || a < b; });
  const double rank = q * static_cast<double>(values.size() - 1);
  const double floor = std::floor(rank);
  const auto low = static_cast<std::size_t>(std::max(0.0, floor));
  const std::size_t high = std::min(values.size() - 1, low + 1);
  const double weight = rank - floor;
  return values[low] * (1 - weight) + values[high] * weight;
}

double variance(std::span<const double> values) {
  double count = 0, mean = 0, mean_low = 0, aux = 0, aux_low = 0;
  for (const double x : values) {
    ++count;
    const double delta = x - (mean + mean_low);
    kahan_add(delta / count, mean, mean_low);
    kahan_add(delta * (x - (mean + mean_low)), aux, aux_low);
  }
  return (aux + aux_low) / count;
}

}  // namespace sluice::promql
