// avg: a mean per cell. As long as no sum overflows, the same loop as sum.
#include <cmath>

#include "promql/exec/aggregate.h"
#include "promql/exec/cells.h"
#include "promql/exec/histogram_sums.h"
#include "promql/histogram/kahan.h"

namespace sluice::promql {
namespace {

class Average final : public Accumulator {
 public:
  explicit Average(const AggregationCall& call)
      : steps_(call.grid.count),
        sums_(steps_),
        compensations_(steps_),
        counts_(steps_),
        present_(steps_),
        incremental_(steps_),
        histograms_(call) {}

  void add_group() override {
    sums_.add_group();
    compensations_.add_group();
    counts_.add_group();
    present_.add_group();
    incremental_.add_group();
  }

  Result<void> add(std::size_t group, const Batch& batch, std::size_t row) override {
    const std::uint64_t* floats = float_bits(batch, row, scratch_);
    for_each_bit(floats, batch.words(), [&](std::size_t step) { add_cell(group, step, batch.values(row)[step]); });
    std::uint64_t* present = present_.of(group);
    for (std::size_t w = 0; w < batch.words(); ++w) present[w] |= floats[w];
    if (batch.has_histograms()) histograms_.add(group, batch, row, present);
    return {};
  }

  Result<void> finish(std::size_t group, Batch& out, std::size_t row) override {
    for_each_bit(present_.of(group), present_.words(), [&](std::size_t step) {
      const double sum = sums_.of(group)[step], low = compensations_.of(group)[step], n = counts_.of(group)[step];
      out.set_float(row, step, test_bit(incremental_.of(group), step) ? sum + low : sum / n + low / n);
    });
    histograms_.finish(group, out, row);
    return {};
  }

  std::size_t bytes() const override {
    return sums_.bytes() + compensations_.bytes() + counts_.bytes() + present_.bytes() + incremental_.bytes() +
           histograms_.bytes();
  }

 private:
  // The mean itself takes the place of the sum from the value on that would overflow it.
  void add_cell(std::size_t group, std::size_t step, double x) {
    double &sum = sums_.of(group)[step], &low = compensations_.of(group)[step], &n = counts_.of(group)[step];
    ++n;
    if (!test_bit(incremental_.of(group), step)) {
      double new_sum = sum, new_low = low;
      kahan_add(x, new_sum, new_low);
      if (n == 1 || !std::isinf(new_sum)) {
        sum = new_sum;
        low = new_low;
        return;
      }
      set_bit(incremental_.of(group), step);
      sum /= n - 1;
      low /= n - 1;
    }
    const double q = (n - 1) / n;
    sum *= q;
    low *= q;
    kahan_add(x / n, sum, low);
  }

  const std::size_t steps_;
  GroupColumn sums_, compensations_, counts_;
  GroupBits present_, incremental_;
  HistogramTotals<HistogramAverage> histograms_;
  std::vector<std::uint64_t> scratch_;
};

}  // namespace

std::unique_ptr<Accumulator> make_average(const AggregationCall& call) { return std::make_unique<Average>(call); }

}  // namespace sluice::promql
