// Verbs for the tests of proto/wire: a batch from a message, labels from a batch.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/wire/encode.h"
#include "proto/wire/write_batch.h"

namespace sluice::wire::testing {

inline const SpellingKey kKey(42);

inline WriteBatch must_decode(Protocol protocol, std::string_view message, const DecodeLimits& limits = {}) {
  WriteBatch batch;
  const auto decoded = decode(protocol, message, limits, kKey, batch);
  EXPECT_TRUE(decoded.has_value()) << (decoded ? "" : decoded.error().detail());
  return batch;
}

inline std::string labels_text(const WriteBatch& batch, std::size_t series) {
  std::vector<LabelRef> refs;
  const auto decoded = decode_labels(batch, batch.series.at(series), refs);
  if (!decoded) return decoded.error().detail();
  std::string text;
  for (const LabelRef& ref : refs) text += std::string(ref.name) + "=" + std::string(ref.value) + ";";
  return text;
}

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
