// server/ingest/classic_part.h
//
// Room: server/ingest. Which part of a classic histogram a series is: read from its labels. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "proto/model/labels.h"

namespace sluice::server {

enum class PartKind : std::uint8_t { none, bucket, sum, count };

struct ClassicPart {
  PartKind kind = PartKind::none;
  double bound = 0;       // `le` of a bucket
  std::string histogram;  // the labels of the histogram it belongs to, without `le`, as remote write 1.0 encodes them
};

// By the name's end (`_bucket` with a numeric `le`, `_sum`, `_count`). What is no part of a histogram looks alike, such
// as the sum of a summary: only buckets make a histogram of it.
ClassicPart classic_part_of(std::span<const LabelRef> labels);

}  // namespace sluice::server
