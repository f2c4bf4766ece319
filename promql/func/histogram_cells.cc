// Numbers out of one native histogram.
#include "promql/func/families.h"

namespace sluice::promql {
namespace {

double count(const Histogram& h) { return h.count; }
double sum(const Histogram& h) { return h.sum; }
double average(const Histogram& h) { return h.sum / h.count; }

}  // namespace

std::span<const VectorFunction> histogram_cell_functions() {
  static const VectorFunction functions[] = {
      {.name = "histogram_count", .on_histogram = count, .drop = Drop::name},
      {.name = "histogram_sum", .on_histogram = sum, .drop = Drop::name},
      {.name = "histogram_avg", .on_histogram = average, .drop = Drop::name},
  };
  return functions;
}

}  // namespace sluice::promql
