// promql/func/vector_function.h
//
// Room: promql/func. Functions that look at one cell at a time: abs, round, clamp, hour, histogram_count, ...
#pragma once

#include <span>
#include <string_view>

#include "promql/value/batch.h"

namespace sluice::promql {

struct VectorFunction {
  using OnFloat = double (*)(double value, std::span<const double> arguments);
  using OnHistogram = double (*)(const Histogram& histogram);
  using SkipStep = bool (*)(std::span<const double> arguments);

  std::string_view name;
  OnFloat on_float = nullptr;          // nullptr: floats give no result
  OnHistogram on_histogram = nullptr;  // nullptr: histograms give no result
  SkipStep skip_step = nullptr;        // true: no series has a result at this step
  Drop drop = Drop::metadata;
  bool defaults_to_time = false;  // without a vector: vector(time())
};

const VectorFunction* find_vector_function(std::string_view name);  // nullptr: no such function

}  // namespace sluice::promql
