// tests/support/counter_reset_hints.h
//
// Which counter reset hint a reader sees for a histogram that was written. Prometheus stores histograms in chunks: the
// first of a chunk is read as `unknown`, the others as `not_reset`; a chunk ends at a reset, at a change of layout, at
// a stale marker and where floats stand between. Gauges stay gauges.
#pragma once

#include <memory>

#include "proto/model/histogram.h"

namespace sluice::test {

class CounterResetHints {
 public:
  CounterResetHint next(const Histogram& written);  // the histograms of one series, in order of time
  void end_chunk() { last_.reset(); }               // a float, or a stale marker, was written

 private:
  std::shared_ptr<const Histogram> last_;
};

}  // namespace sluice::test
