// promql/value/grid.h
//
// Room: promql/value. The times at which an expression is evaluated: start, start + step, ...
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::promql {

struct StepGrid {
  std::int64_t start_ms = 0;
  std::int64_t step_ms = 0;  // 0 only when there is one step
  std::size_t count = 1;
  std::int64_t rest_ms = 0;  // how far behind the last step the end lies that was asked for

  std::int64_t at(std::size_t step) const { return start_ms + static_cast<std::int64_t>(step) * step_ms; }
  std::int64_t end_ms() const { return at(count - 1); }
  bool one_moment() const { return count == 1 && rest_ms == 0; }
  StepGrid first_only() const { return {start_ms, step_ms, 1}; }
  friend bool operator==(const StepGrid&, const StepGrid&) = default;
};

}  // namespace sluice::promql
