// A histogram from the notation of Prometheus's test scripts, so that cases read as they do there:
//   h("schema:1 count:5 sum:7 z_bucket:1 z_bucket_w:0.001 buckets:[1 2] offset:-1 n_buckets:[1]")
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "proto/model/histogram.h"

namespace sluice::promql::testing {

inline std::vector<double> numbers(std::string list) {
  std::vector<double> out;
  std::istringstream in(list);
  for (std::string word; in >> word;) out.push_back(std::strtod(word.c_str(), nullptr));
  return out;
}

inline CounterResetHint hint_named(const std::string& name) {
  if (name == "reset") return CounterResetHint::reset;
  if (name == "not_reset") return CounterResetHint::not_reset;
  return name == "gauge" ? CounterResetHint::gauge : CounterResetHint::unknown;
}

inline void set_field(Histogram& out, const std::string& key, const std::string& value, int& offset, int& n_offset) {
  const double number = std::strtod(value.c_str(), nullptr);
  if (key == "schema")
    out.schema = static_cast<std::int32_t>(number);
  else if (key == "count")
    out.count = number;
  else if (key == "sum")
    out.sum = number;
  else if (key == "z_bucket")
    out.zero_count = number;
  else if (key == "z_bucket_w")
    out.zero_threshold = number;
  else if (key == "offset")
    offset = static_cast<int>(number);
  else if (key == "n_offset")
    n_offset = static_cast<int>(number);
  else if (key == "buckets")
    out.positive_buckets = numbers(value);
  else if (key == "n_buckets")
    out.negative_buckets = numbers(value);
  else if (key == "custom_values")
    out.custom_values = numbers(value);
  else if (key == "counter_reset_hint")
    out.hint = hint_named(value);
  else
    ADD_FAILURE() << "unknown key " << key;
}

inline std::vector<BucketSpan> one_span(int offset, const std::vector<double>& buckets) {
  if (buckets.empty()) return {};
  return {{offset, static_cast<std::uint32_t>(buckets.size())}};
}

inline Histogram h(const std::string& text) {
  Histogram out;
  int offset = 0, n_offset = 0;
  for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string::npos;) {
    const std::size_t colon = text.find(':', at);
    const bool list = text[colon + 1] == '[';
    const std::size_t end = std::min(text.find(list ? ']' : ' ', colon), text.size());
    const std::size_t begin = colon + (list ? 2 : 1);
    set_field(out, text.substr(at, colon - at), text.substr(begin, end - begin), offset, n_offset);
    at = end + (list ? 1 : 0);
  }
  out.positive_spans = one_span(offset, out.positive_buckets);
  out.negative_spans = one_span(n_offset, out.negative_buckets);
  return out;
}

}  // namespace sluice::promql::testing
