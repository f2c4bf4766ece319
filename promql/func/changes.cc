// resets, changes: how often something happened between neighbours of a window. Floats and histograms of one series are
// walked in order of time.
#include <cmath>

#include "promql/func/families.h"
#include "promql/func/reset.h"

namespace sluice::promql {
namespace {

// One sample of either kind.
struct Mixed {
  std::int64_t timestamp_ms;
  double value;
  const Histogram* histogram;
};

// Calls visit(previous, current) for every pair of neighbours; the count of all samples is returned.
template <class Visit>
void for_each_pair(const WindowView& w, Visit&& visit) {
  std::size_t f = 0, h = 0;
  Mixed previous{};
  for (bool first = true; f < w.values.size() || h < w.histograms.size(); first = false) {
    const bool is_float =
        h == w.histograms.size() || (f < w.values.size() && w.timestamps_ms[f] < w.histograms[h].timestamp_ms);
    const Mixed current = is_float ? Mixed{w.timestamps_ms[f], w.values[f], nullptr}
                                   : Mixed{w.histograms[h].timestamp_ms, 0, w.histograms[h].histogram};
    is_float ? ++f : ++h;
    if (!first) visit(previous, current);
    previous = current;
  }
}

struct Resets {
  explicit Resets(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (!w.histograms.empty()) return fail(Errc::unsupported, "resets of native histograms is not supported");
    const StartTimes starts(w.series.start_times);
    double count = 0;
    for_each_pair(w, [&](const Mixed& previous, const Mixed& current) {
      const bool restarted = call.use_start_timestamps && !w.series.start_times.empty() &&
                             started_again(starts.at(previous.timestamp_ms), previous.timestamp_ms,
                                           starts.at(current.timestamp_ms), current.timestamp_ms);
      if (restarted || current.value < previous.value) ++count;
    });
    out.set(w.step, count);
    return {};
  }
  const RangeCall& call;
};

struct Changes {
  explicit Changes(const RangeCall&) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (!w.histograms.empty()) return fail(Errc::unsupported, "changes of native histograms is not supported");
    double count = 0;
    for_each_pair(w, [&](const Mixed& previous, const Mixed& current) {
      const bool both_nan = std::isnan(previous.value) && std::isnan(current.value);
      if (current.value != previous.value && !both_nan) ++count;
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
