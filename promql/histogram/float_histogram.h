// promql/histogram/float_histogram.h
//
// Room: promql/histogram. The mathematics of native histograms: pure functions on sluice::Histogram, used as a float
// histogram (counts may be fractions, negative or NaN). Annotations, labels and samples are the engine's business; what
// a function noticed that deserves one is in its result.
// Below: proto/model (bounds, schema reduction). Results are never `integer`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/model/bucket_bounds.h"
#include "proto/model/histogram.h"

namespace sluice::promql {

inline bool uses_custom_buckets(const Histogram& histogram) { return histogram.schema == kCustomBucketsSchema; }

// ---- buckets ----------------------------------------------------------------------------------------------------

struct Bucket {
  double lower = 0, upper = 0;
  bool lower_inclusive = false, upper_inclusive = false;
  double count = 0;
};

// Every bucket in ascending order, empty ones too: negative side, zero bucket (only with a count > 0), positive side.
// A bucket that reaches into the zero bucket is clipped at its threshold.
std::vector<Bucket> all_buckets(const Histogram& histogram);
// For its text: nothing is clipped, and the zero bucket is there unless its count is 0: it may be negative, or NaN.
std::vector<Bucket> written_buckets(const Histogram& histogram);

// ---- shape ------------------------------------------------------------------------------------------------------

void compact(Histogram& histogram);  // drops empty buckets and the gaps they leave: Prometheus's Compact(0)
// Bitwise, as `==` of PromQL: hints are ignored, an empty bucket differs from none, empty spans do not.
bool equal(const Histogram& a, const Histogram& b);
void scale(Histogram& histogram, double factor);    // a negative factor makes a gauge of it
void divide(Histogram& histogram, double divisor);  // by zero: no buckets are left; negative: gauge
bool has_overflow(const Histogram& histogram);      // any count, or the sum, is infinite

// ---- addition ---------------------------------------------------------------------------------------------------

struct Combined {
  bool compatible = true;          // false: exponential with custom buckets; nothing was changed
  bool reset_collision = false;    // one hint said reset, the other not_reset: "conflicting counter resets"
  bool bounds_reconciled = false;  // custom bounds differed: "mismatched custom buckets were reconciled"
};

// Zero buckets and schemas (or custom bounds) are brought together first. Hints: equal ones stay; else any gauge makes
// a gauge; else unknown. The operator `-` of PromQL sets the hint to gauge afterwards, whatever it was.
Combined add(Histogram& sum, const Histogram& other);
Combined subtract(Histogram& minuend, const Histogram& other);

// A compensated sum, as `sum` and `sum_over_time` want it.
class HistogramSum {
 public:
  explicit HistogramSum(const Histogram& first);
  Combined add(const Histogram& other);
  void divide(double divisor);
  void scale(double factor);
  Histogram value() const;  // compacted
  bool overflowed() const { return has_overflow(sum_); }
  // A reset and a not_reset hint were both seen, in whatever order: "conflicting counter resets".
  bool reset_collision() const { return seen_reset_ && seen_not_reset_; }

 private:
  void see(CounterResetHint hint);
  Histogram sum_;
  Histogram compensation_;  // the same layout as sum_
  bool seen_reset_ = false, seen_not_reset_ = false;
};

// The mean, as `avg` and `avg_over_time` want it: the sum over the number, until the sum would overflow; from then on
// an incremental mean.
class HistogramAverage {
 public:
  explicit HistogramAverage(const Histogram& first) : sum_(first) {}
  Combined add(const Histogram& other);
  Histogram value() const;
  bool reset_collision() const { return sum_.reset_collision(); }

 private:
  HistogramSum sum_;  // the mean itself, once incremental_
  double count_ = 1;
  bool incremental_ = false;
};

// ---- counters ---------------------------------------------------------------------------------------------------

// Was the counter behind `current` reset since `previous`? The hint of `current` is believed when it says so.
bool counter_reset(const Histogram& current, const Histogram& previous);

// ---- answers ----------------------------------------------------------------------------------------------------

double average(const Histogram& histogram);
double variance(const Histogram& histogram);  // population; stddev is its root

struct Estimate {
  double value = 0;
  bool has_nan = false;  // some observations were NaN: "has NaN observations"
  bool skewed = false;   // quantile only: "..., result is skewed higher"; otherwise ", result is NaN"
};
Estimate histogram_quantile(double q, const Histogram& histogram);
Estimate histogram_fraction(double lower, double upper, const Histogram& histogram);

// `h </ r`: the observations below r; `h >/ r`: those above. Interpolated inside the bucket that holds r.
void keep_below(Histogram& histogram, double limit);
void keep_above(Histogram& histogram, double limit);

// How many samples a histogram counts for in statistics: of 16 bytes each, as Prometheus counts it with its timestamp.
std::uint64_t weight_of(const Histogram& h);

// `{count:3, sum:4.5, [-2,-1):1, (1,2]:2}`: only buckets that are not empty, ascending.
std::string text(const Histogram& histogram);

}  // namespace sluice::promql
