// tests/promqltest/script.h
//
// A script in Prometheus's test language, read: what to load, what to ask and what to expect.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proto/base/error.h"
#include "tests/promqltest/series_notation.h"

namespace sluice::promqltest {

struct Clear {};

struct SeriesLoad {
  SeriesLine line;
  std::vector<std::optional<std::int64_t>> start_offsets_ms;  // empty, or one per position
};

struct Load {
  std::int64_t step_ms = 0;
  bool with_nhcb = false;  // classic histograms are loaded a second time, as histograms with custom buckets
  std::vector<SeriesLoad> series;
};

// What a text must be: anything, exactly this, or a match of this regular expression anywhere in it.
struct TextPattern {
  enum class Kind { anything, message, regex };
  Kind kind = Kind::anything;
  std::string text;
};

struct TimeGrid {
  std::int64_t start_ms = 0, end_ms = 0, step_ms = 0;
};

struct Eval {
  std::string expression;
  bool range = false;
  TimeGrid time;  // an instant eval: start == end
  bool ordered = false;
  std::optional<TextPattern> failure;
  std::vector<TextPattern> warnings, infos;  // each must match, and each annotation must be matched
  bool no_warnings = false, no_infos = false;
  std::optional<TimeGrid> range_vector;  // an instant query that answers a matrix
  std::optional<std::string> string;
  std::optional<double> scalar;
  std::vector<SeriesLine> series;
};

struct Command {
  int line = 0;
  std::variant<Clear, Load, Eval> what;
};

struct Script {
  std::string name;  // for messages
  std::vector<Command> commands;
};

// Errors say the line. Expressions are not parsed here: one that does not parse is a failed eval.
Result<Script> parse_script(std::string name, std::string_view text);

}  // namespace sluice::promqltest
