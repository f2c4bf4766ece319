// promql/func/reset.h
//
// Room: promql/func. When a counter started again, as start timestamps tell it.
#pragma once

#include <cstdint>
#include <span>

#include "proto/model/series_source.h"

namespace sluice::promql {

// Start times of one series, asked for in ascending order of the samples. 0: not known.
class StartTimes {
 public:
  explicit StartTimes(std::span<const StartTimestamp> times) : times_(times) {}
  std::int64_t at(std::int64_t sample_ms) const;

 private:
  std::span<const StartTimestamp> times_;
};

// Did the counter start again between the sample (previous_start, previous) and (start, now)? Contract 3.7.2.
bool started_again(std::int64_t previous_start_ms, std::int64_t previous_ms, std::int64_t start_ms,
                   std::int64_t now_ms);

}  // namespace sluice::promql
