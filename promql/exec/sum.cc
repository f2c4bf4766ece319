// sum: Kahan-Neumaier per cell, in the order of the rows.
#include <cmath>

#include "promql/exec/aggregate.h"
#include "promql/exec/cells.h"
#include "promql/exec/histogram_sums.h"
#include "promql/histogram/kahan.h"

namespace sluice::promql {
namespace {

// The same as kahan_add for every step, without branches, so that the compiler makes vectors of it.
void add_dense(const double* __restrict x, double* __restrict sum, double* __restrict compensation, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double s = sum[i], t = s + x[i];
    const double from_sum = (s - t) + x[i], from_x = (x[i] - t) + s;
    const double change = std::fabs(s) >= std::fabs(x[i]) ? from_sum : from_x;
    const double next = compensation[i] + change;
    compensation[i] = std::fabs(t) == HUGE_VAL ? 0 : next;
    sum[i] = t;
  }
}

class Sum final : public Accumulator {
 public:
  explicit Sum(const AggregationCall& call)
      : steps_(call.grid.count), sums_(steps_), compensations_(steps_), present_(steps_), histograms_(call) {}

  void add_group() override {
    sums_.add_group();
    compensations_.add_group();
    present_.add_group();
  }

  Result<void> add(std::size_t group, const Batch& batch, std::size_t row) override {
    double *sum = sums_.of(group), *compensation = compensations_.of(group);
    const std::uint64_t* floats = float_bits(batch, row, scratch_);
    if (all_bits(floats, steps_)) {
      add_dense(batch.values(row), sum, compensation, steps_);
    } else {
      for_each_bit(floats, batch.words(),
                   [&](std::size_t step) { kahan_add(batch.values(row)[step], sum[step], compensation[step]); });
    }
    std::uint64_t* present = present_.of(group);
    for (std::size_t w = 0; w < batch.words(); ++w) present[w] |= floats[w];
    if (batch.has_histograms()) histograms_.add(group, batch, row, present);
    return {};
  }

  Result<void> finish(std::size_t group, Batch& out, std::size_t row) override {
    const double *sum = sums_.of(group), *compensation = compensations_.of(group);
    for_each_bit(present_.of(group), present_.words(),
                 [&](std::size_t step) { out.set_float(row, step, sum[step] + compensation[step]); });
    histograms_.finish(group, out, row);
    return {};
  }

  std::size_t bytes() const override {
    return sums_.bytes() + compensations_.bytes() + present_.bytes() + histograms_.bytes();
  }

 private:
  const std::size_t steps_;
  GroupColumn sums_, compensations_;
  GroupBits present_;
  HistogramTotals<HistogramSum> histograms_;
  std::vector<std::uint64_t> scratch_;
};

}  // namespace

std::unique_ptr<Accumulator> make_sum(const AggregationCall& call) { return std::make_unique<Sum>(call); }

}  // namespace sluice::promql
