// bench/promql/question_world.h
//
// Data whose answers are known in closed form, in the real storage (heads over the in-memory disk): one hour of a
// sample every 15 s. 500 pods; what is asked of them is in operators_bench.cc.
#pragma once

#include <cstdint>
#include <memory>

#include "proto/model/series_source.h"

namespace sluice::promql::bench {

inline constexpr std::int64_t kScrapeMs = 15'000;
inline constexpr std::int64_t kEndMs = 240 * kScrapeMs;

inline constexpr int kPods = 500;
inline constexpr int kSeriesPerPod =
    20;  // requests_total{pod,code,method}: 4 codes, 5 methods; grows by 1 + pod % 5 a second
inline constexpr int kHistogramPods = 200;
inline constexpr int kBuckets = 12;  // latency_bucket{pod,le}: 1, 2, ... 11, +Inf; each gets one observation a second
// latency{pod}: native, schema 0; (1,2], (2,4], (4,8] get 1, 2 and 3 observations a scrape.
// pod_info{pod,node}: 1

// Loaded once; the same for every caller.
std::shared_ptr<const SeriesSource> question_world();

}  // namespace sluice::promql::bench
