// Verbs for the tests of proto/wire: a batch from a message, labels from a batch.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/wire/write_batch.h"
#include "tests/proto/wire/example_series.h"

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

}  // namespace sluice::wire::testing
