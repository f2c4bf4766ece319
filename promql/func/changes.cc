// resets, changes: how often something happened between neighbours of a window. Floats and histograms of one series are
// walked in order of time.
#include "promql/func/families.h"
#include "promql/func/mixed_samples.h"
#include "promql/func/reset.h"

namespace sluice::promql {
namespace {

struct Resets {
  explicit Resets(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    const StartTimes starts(w.series.start_times);
    double count = 0;
    for_each_pair(w, [&](const MixedSample& previous, const MixedSample& current) {
      const bool restarted = call.use_start_timestamps && !w.series.start_times.empty() &&
                             started_again(starts.at(previous.timestamp_ms), previous.timestamp_ms,
                                           starts.at(current.timestamp_ms), current.timestamp_ms);
      if (restarted || reset_between(previous, current)) ++count;
    });
    out.set(w.step, count);
    return {};
  }
  const RangeCall& call;
};

struct Changes {
  explicit Changes(const RangeCall&) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    double count = 0;
    for_each_pair(w, [&](const MixedSample& previous, const MixedSample& current) {
      if (differ(previous, current)) ++count;
    });
    out.set(w.step, count);
    return {};
  }
};

}  // namespace

std::span<const RangeFunction> change_functions() {
  static const RangeFunction functions[] = {window_function<Resets>("resets"), window_function<Changes>("changes")};
  return functions;
}

}  // namespace sluice::promql
