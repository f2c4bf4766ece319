// tests/promqltest/series_notation.h
//
// The series lines of scripts: `metric{label="value"} 1+2x3 _ stale {{count:1 sum:2}}x4`.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/base/error.h"
#include "proto/model/histogram.h"
#include "proto/model/labels.h"

namespace sluice::promqltest {

inline constexpr std::uint64_t kRepeatMax = 1'000'000;  // of `x`: a script is small, a mistyped number is not

// One position of the sequence; position k has time k * step.
struct SequenceValue {
  bool omitted = false;
  double value = 0;
  std::shared_ptr<const Histogram> histogram;  // null: a float
  bool hint_given = false;                     // the notation named a counter reset hint
};

struct SeriesLine {
  Labels labels;
  std::vector<SequenceValue> values;
};

// How long before (negative) or after its sample a start time lies; nullopt: unknown.
struct StartTimeLine {
  Labels labels;
  std::vector<std::optional<std::int64_t>> offsets_ms;
};

Result<SeriesLine> parse_series_line(std::string_view line);
bool is_start_time_line(std::string_view line);  // `metric@st ...`
Result<StartTimeLine> parse_start_time_line(std::string_view line);

struct HistogramNotation {
  Histogram histogram;
  bool hint_given = false;
};
Result<HistogramNotation> parse_histogram(std::string_view inside_braces);

}  // namespace sluice::promqltest
