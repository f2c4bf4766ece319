// Numbers out of one native histogram.
#include <cmath>

#include "promql/func/families.h"
#include "promql/histogram/float_histogram.h"

namespace sluice::promql {
namespace {

double count(const Histogram& h) { return h.count; }
double sum(const Histogram& h) { return h.sum; }
double deviation(const Histogram& h) { return std::sqrt(variance(h)); }

}  // namespace

std::span<const VectorFunction> histogram_cell_functions() {
  static const VectorFunction functions[] = {
      {.name = "histogram_count", .on_histogram = count, .drop = Drop::name},
      {.name = "histogram_sum", .on_histogram = sum, .drop = Drop::name},
      {.name = "histogram_avg", .on_histogram = average, .drop = Drop::name},
      {.name = "histogram_stddev", .on_histogram = deviation},
      {.name = "histogram_stdvar", .on_histogram = variance},
  };
  return functions;
}

}  // namespace sluice::promql
