// sum_over_time, avg_over_time: the same sums that aggregations use, along time.
#include "promql/func/families.h"
#include "promql/func/histogram_notes.h"
#include "promql/func/statistics.h"
#include "promql/histogram/kahan.h"

namespace sluice::promql {
namespace {

double sum_of(std::span<const double> values) {
  KahanSum sum;
  for (const double v : values) sum.add(v);
  return sum.total();
}

double mean_of(std::span<const double> values) {
  Mean mean;
  for (const double v : values) mean.add(v);
  return mean.value();
}

// Adds up the histograms of a window with `Total` (a sum or an average); says what it noticed on the way.
template <class Total>
Result<void> total_of(const WindowView& w, const RangeCall& call, RowSink& out) {
  Total total(*w.histograms[0].histogram);
  for (const HistogramPoint& point : w.histograms.subspan(1)) {
    const Combined outcome = total.add(*point.histogram);
    if (!outcome.compatible) {
      note_mixed_schemas(*call.annotations, call.metric_name(w.series.labels), call.position);
      return {};
    }
    if (outcome.bounds_reconciled)
      note_reconciled_bounds(*call.annotations, HistogramDeed::aggregation, call.position);
  }
  if (total.reset_collision()) note_reset_collision(*call.annotations, HistogramDeed::aggregation, call.position);
  out.set(w.step, std::make_shared<const Histogram>(total.value()));
  return {};
}

template <double (*of)(std::span<const double>), class Total>
struct SumLike {
  explicit SumLike(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (w.histograms.empty()) {
      out.set(w.step, of(w.values));
      return {};
    }
    if (w.values.empty()) return total_of<Total>(w, call, out);
    note_mixed_types(*call.annotations, call.metric_name(w.series.labels), call.position);
    return {};
  }
  const RangeCall& call;
};

}  // namespace

std::span<const RangeFunction> sum_over_time_functions() {
  static const RangeFunction functions[] = {window_function<SumLike<sum_of, HistogramSum>>("sum_over_time"),
                                            window_function<SumLike<mean_of, HistogramAverage>>("avg_over_time")};
  return functions;
}

}  // namespace sluice::promql
