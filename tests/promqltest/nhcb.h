// tests/promqltest/nhcb.h
//
// load_with_nhcb: classic histogram series to native histograms with custom buckets.
#pragma once

#include <map>
#include <string_view>

#include "tests/promqltest/script.h"

namespace sluice::promqltest {

struct TimedHistogram {
  std::int64_t timestamp_ms = 0;
  Histogram histogram;
};

// By the labels of the new series; in order of time. Inconsistent buckets are an error.
Result<std::map<Labels, std::vector<TimedHistogram>>> to_custom_buckets(const Load& load);

}  // namespace sluice::promqltest
