// server/query/json/histogram.h
//
// Room: server/query. A native histogram as the API shows it: populated buckets only, negative, zero, positive.
#pragma once

#include <cstdint>
#include <string>

#include "proto/model/histogram.h"

namespace sluice::server::json {

// What the first number of a bucket's row says about its edges.
enum class BucketRule : std::uint8_t {
  open_left = 0,   // (lower, upper]
  open_right = 1,  // [lower, upper)
  open = 2,        // (lower, upper)
  closed = 3,      // [lower, upper]
};

// {"count":"3","sum":"4.5","buckets":[[0,"0.5","1","3"]]}; `buckets` is absent when all are empty.
void append_histogram(std::string& out, const Histogram& histogram);

}  // namespace sluice::server::json
