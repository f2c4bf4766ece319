// sum_over_time, avg_over_time: the same sums that aggregations use, along time.
#include "promql/func/families.h"
#include "promql/func/statistics.h"
#include "promql/value/kahan.h"

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

template <double (*of)(std::span<const double>)>
struct SumLike {
  explicit SumLike(const RangeCall& c) : call(c) {}
  Result<void> operator()(const WindowView& w, RowSink& out) const {
    if (w.histograms.empty()) {
      out.set(w.step, of(w.values));
      return {};
    }
    if (w.values.empty()) return fail(Errc::unsupported, "sums over time of native histograms are not supported");
    call.annotations->warn("encountered a mix of histograms and floats for metric name " +
                               go_quoted(call.metric_name(w.series.labels)), call.position);
    return {};
  }
  const RangeCall& call;
};

}  // namespace

std::span<const RangeFunction> sum_over_time_functions() {
  static const RangeFunction functions[] = {window_function<SumLike<sum_of>>("sum_over_time"),
                                            window_function<SumLike<mean_of>>("avg_over_time")};
  return functions;
}

}  // namespace sluice::promql
