// storage/frame/histogram_compare.h
//
// Room: storage/frame. Two native histograms side by side. Thread safety: pure functions.
#pragma once

#include "proto/model/histogram.h"

namespace sluice::storage {

// Kind, schema, zero threshold, spans, custom bounds and the number of buckets, bit for bit: only counts may differ.
bool same_layout(const Histogram& a, const Histogram& b);

// What "the same histogram" means for a repeated sample: bit for bit, but for the hint and for how spans are cut.
bool same_sample(const Histogram& a, const Histogram& b);

// The counter reset hint that readers see for `now`, whose hint is still the sender's. `before`: the sample before it,
// with the hint that readers see; null when that is unknown or no histogram.
//   gauge      it was sent as one
//   not_reset  nothing that is counted fell since `before`, and the two are of one kind, schema, threshold and bounds
//   unknown    else; also around stale markers, and where the sender said `reset`
// Prometheus answers alike: the first histogram of a chunk is unknown to it, the others continue. What else the sender
// said is not believed: it cannot know what is stored.
CounterResetHint hint_after(const Histogram* before, const Histogram& now);

}  // namespace sluice::storage
