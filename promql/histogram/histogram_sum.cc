#include <algorithm>

#include "promql/histogram/combine.h"
#include "promql/histogram/float_histogram.h"
#include "promql/histogram/sides.h"

namespace sluice::promql {
namespace {

Histogram nothing_lost(const Histogram& like) {
  Histogram zero = like;
  zero.count = zero.sum = zero.zero_count = 0;
  std::fill(zero.positive_buckets.begin(), zero.positive_buckets.end(), 0.0);
  std::fill(zero.negative_buckets.begin(), zero.negative_buckets.end(), 0.0);
  return zero;
}

}  // namespace

HistogramSum::HistogramSum(const Histogram& first) : sum_(first), compensation_(nothing_lost(first)) {
  sum_.integer = false;
  see(first.hint);
}

void HistogramSum::see(CounterResetHint hint) {
  seen_reset_ |= hint == CounterResetHint::reset;
  seen_not_reset_ |= hint == CounterResetHint::not_reset;
}

Combined HistogramSum::add(const Histogram& other) {
  const Combined found = combine(sum_, &compensation_, other, 1);
  if (found.compatible) see(other.hint);
  return found;
}

void HistogramSum::divide(double divisor) {
  promql::divide(sum_, divisor);
  promql::divide(compensation_, divisor);
}

void HistogramSum::scale(double factor) {
  promql::scale(sum_, factor);
  promql::scale(compensation_, factor);
}

Histogram HistogramSum::value() const {
  Histogram total = sum_;
  combine(total, nullptr, compensation_, 1);
  total.hint = sum_.hint;
  compact(total);
  return total;
}

Combined HistogramAverage::add(const Histogram& other) {
  count_ += 1;
  if (!incremental_) {
    HistogramSum tried = sum_;
    const Combined found = tried.add(other);
    if (!found.compatible || !tried.overflowed()) {
      sum_ = std::move(tried);
      return found;
    }
    incremental_ = true;
    sum_.divide(count_ - 1);
  }
  Histogram share = other;
  divide(share, count_);
  sum_.scale((count_ - 1) / count_);
  return sum_.add(share);
}

Histogram HistogramAverage::value() const {
  HistogramSum mean = sum_;
  if (!incremental_) mean.divide(count_);
  return mean.value();
}

}  // namespace sluice::promql
