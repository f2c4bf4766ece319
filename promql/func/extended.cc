#include "promql/func/extended.h"

#include "promql/func/histogram_notes.h"
#include "promql/func/mixed_samples.h"

namespace sluice::promql {
namespace {

struct Ends {
  std::int64_t after, until;
};
Ends ends_of(const RangeCall& call, std::size_t step) {
  const std::int64_t until = call.clock.end_ms(step) - call.ahead_ms;
  return {until - call.range_ms, until};
}

enum class Kind : std::uint8_t { rate, increase, delta };

template <Kind kind, Edge edge>
struct ExtendedRate {
  static constexpr bool kCounter = kind != Kind::delta;
  explicit ExtendedRate(const RangeCall& c) : call(c) {}

  Result<void> operator()(const WindowView& w, RowSink& out) const {
    const auto [after, until] = ends_of(call, w.step);
    const double seconds = static_cast<double>(call.range_ms) / 1000;
    const auto metric = [&] { return call.metric_name(w.series.labels); };
    if (!w.values.empty() && !w.histograms.empty()) {
      note_mixed_types(*call.annotations, metric(), call.position);
    } else if (w.histograms.empty()) {
      const auto ends = edge_values(w.timestamps_ms, w.values, after, until, edge, kCounter);
      if (!ends) return {};
      double result = ends->right - ends->left;
      if (kCounter) result += lost_in_resets(*ends, w.values);
      out.set(w.step, kind == Kind::rate ? result / seconds : result);
    } else if (auto change = extended_histogram_increase(w.histograms, after, until, kCounter, call, metric())) {
      if (kind == Kind::rate) divide(*change, seconds);
      out.set(w.step, std::make_shared<const Histogram>(std::move(*change)));
    }
    return {};
  }

  static double lost_in_resets(const EdgeValues& ends, std::span<const double> values) {
    double lost = 0, previous = ends.left;
    for (std::size_t i = ends.inner.first; i < ends.inner.last; ++i) {
      if (values[i] < previous) lost += previous;
      previous = values[i];
    }
    if (ends.right < previous) lost += previous;
    return lost;
  }

  const RangeCall& call;
};

// resets and changes: the anchor is one more sample before the window, of whichever kind it is.
template <bool (*happened)(const MixedSample&, const MixedSample&)>
struct AnchoredCount {
  explicit AnchoredCount(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    const std::int64_t after = ends_of(call, w.step).after;  // no structured binding: clang 14 cannot capture one
    double count = 0;
    std::int64_t last_ms = after;
    if (!w.timestamps_ms.empty()) last_ms = std::max(last_ms, w.timestamps_ms.back());
    if (!w.histograms.empty()) last_ms = std::max(last_ms, w.histograms.back().timestamp_ms);
    if (last_ms <= after) return {};
    for_each_pair(w, [&](const MixedSample& previous, const MixedSample& current) {
      if (current.timestamp_ms > after && happened(previous, current)) ++count;
    });
    out.set(w.step, count);
    return {};
  }
  const RangeCall& call;
};

template <class Function>
MakeKernel maker() {
  return &make_kernel<WindowKernel<Function>>;
}

template <Edge edge>
MakeKernel rate_maker(std::string_view name) {
  if (name == "rate") return maker<ExtendedRate<Kind::rate, edge>>();
  if (name == "increase") return maker<ExtendedRate<Kind::increase, edge>>();
  if (name == "delta") return maker<ExtendedRate<Kind::delta, edge>>();
  return nullptr;
}

}  // namespace

double interpolated_value(std::int64_t t1, double y1, std::int64_t t2, double y2, std::int64_t t, bool counter) {
  if (counter && y2 < y1) y1 = 0;
  return y1 + (y2 - y1) * static_cast<double>(t - t1) / static_cast<double>(t2 - t1);
}

std::optional<EdgeValues> edge_values(std::span<const std::int64_t> times, std::span<const double> values,
                                      std::int64_t after, std::int64_t until, Edge edge, bool counter) {
  const auto span = edge_span(
      times.size(), [&](std::size_t i) { return times[i]; }, after, until, edge);
  if (!span) return std::nullopt;
  const auto [first, last] = *span;
  EdgeValues out{values[first], values[last], {first + 1, last}};
  if (edge == Edge::smoothed && times[first] < after)
    out.left = interpolated_value(times[first], values[first], times[first + 1], values[first + 1], after, counter);
  if (edge == Edge::smoothed && last > 0 && times[last] > until)
    out.right = interpolated_value(times[last - 1], values[last - 1], times[last], values[last], until, counter);
  return out;
}

MakeKernel find_extended_function(std::string_view name, Edge edge) {
  if (edge == Edge::smoothed) return rate_maker<Edge::smoothed>(name);
  if (name == "resets") return maker<AnchoredCount<reset_between>>();
  if (name == "changes") return maker<AnchoredCount<differ>>();
  return rate_maker<Edge::anchored>(name);
}

std::string edge_refusal(std::string_view name, Edge edge) {
  return std::string(edge == Edge::anchored
                         ? "anchored modifier can only be used with: changes, delta, increase, rate, resets"
                         : "smoothed modifier can only be used with: delta, increase, rate") +
         " - not with " + std::string(name);
}

}  // namespace sluice::promql
