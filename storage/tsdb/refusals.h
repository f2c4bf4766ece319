// storage/tsdb/refusals.h
//
// Room: storage/tsdb. Counts what was refused and writes the texts that a sender's operator will read: the reason in
// Prometheus's words, the series, and for our own limits the limit's name, its value and how to change it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "proto/base/strong.h"
#include "proto/model/labels.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::storage {

// One per request. Texts cost an allocation, so they are made only while the report still takes examples.
class Refusals {
 public:
  explicit Refusals(WriteReport& report) : report_(report) {}

  void count(Refusal refusal, std::uint64_t samples = 1) {
    report_.refused[static_cast<std::size_t>(refusal)] += samples;
  }

  // At most WriteReport::kExamplesMax texts, one for each pair of a reason and a series. `key` tells series apart.
  template <class MakeText>
  void example(Refusal refusal, std::uint64_t key, const MakeText& make_text) {
    if (report_.examples.size() >= WriteReport::kExamplesMax) return;
    if (shown_.insert(key * kRefusalCount + static_cast<std::size_t>(refusal)).second) {
      report_.examples.push_back(make_text());
    }
  }

 private:
  WriteReport& report_;
  std::unordered_set<std::uint64_t> shown_;  // at most kExamplesMax entries
};

// The texts of samples, without " for series {...}".
std::string refusal_text(Refusal refusal);
std::string duplicate_text(std::int64_t timestamp_ms, double value);
std::string duplicate_histogram_text(std::int64_t timestamp_ms);
inline std::string for_series(std::string text, const std::string& series) { return text + " for series " + series; }

}  // namespace sluice::storage
