// A series and a histogram for messages: of the tests and of the fuzzers' seeds.
#pragma once

#include <vector>

#include "proto/wire/encode.h"

namespace sluice::wire::testing {

inline const std::vector<LabelRef> kUpLabels = {{"__name__", "up"}, {"instance", "a:9090"}, {"job", "node"}};

inline Histogram small_histogram() {
  Histogram histogram;
  histogram.integer = true;
  histogram.schema = 1;
  histogram.zero_threshold = 0.001;
  histogram.zero_count = 2;
  histogram.count = 12;
  histogram.sum = 18.5;
  histogram.positive_spans = {{-1, 2}, {3, 1}};
  histogram.positive_buckets = {1, 4, 2};
  histogram.negative_spans = {{0, 1}};
  histogram.negative_buckets = {3};
  return histogram;
}

}  // namespace sluice::wire::testing
