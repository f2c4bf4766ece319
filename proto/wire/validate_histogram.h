// proto/wire/validate_histogram.h
//
// Room: proto/wire. Whether a native histogram means anything, in Prometheus's words.
#pragma once

#include <optional>
#include <string>

#include "proto/model/histogram.h"

namespace sluice::wire {

// nullopt: valid. Otherwise Prometheus's text. Only integer histograms must hold exactly `count` observations in their
// buckets; float histograms may hold any number, as rates and sums of them do.
std::optional<std::string> validate_histogram(const Histogram& histogram);

// The part of it that reduce_schema() relies on: spans ask for as many buckets as there are.
std::optional<std::string> validate_spans(const Histogram& histogram);

}  // namespace sluice::wire
