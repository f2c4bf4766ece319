#include "promql/func/histogram_rate.h"

namespace sluice::promql {

Result<std::optional<Histogram>> histogram_increase(std::span<const HistogramPoint>, bool, const Restarted&, bool,
                                                    const RangeCall&, const SeriesLabels&) {
  return fail(Errc::unsupported, "rate, increase and delta of native histograms are not supported");
}

HistogramPtr scaled(Histogram histogram, double) { return std::make_shared<const Histogram>(std::move(histogram)); }

}  // namespace sluice::promql
