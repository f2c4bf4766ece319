#include "promql/func/reset.h"

#include <algorithm>

namespace sluice::promql {

std::int64_t StartTimes::at(std::int64_t sample_ms) const {
  const auto found = std::lower_bound(times_.begin(), times_.end(), sample_ms,
                                      [](const StartTimestamp& s, std::int64_t ms) { return s.timestamp_ms < ms; });
  return found != times_.end() && found->timestamp_ms == sample_ms ? found->start_ms : 0;
}

bool started_again(std::int64_t previous_start_ms, std::int64_t previous_ms, std::int64_t start_ms,
                   std::int64_t now_ms) {
  if (start_ms == 0 || start_ms >= now_ms || start_ms < previous_ms) return false;
  if (start_ms > previous_ms) return true;
  return previous_start_ms != 0 && previous_start_ms != previous_ms && previous_start_ms <= previous_ms;
}

}  // namespace sluice::promql
