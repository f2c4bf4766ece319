// stddev, stdvar over a group: Welford without compensation, as Prometheus aggregates.
#include <cmath>
#include <limits>

#include "promql/exec/float_only.h"

namespace sluice::promql {
namespace {

class Variance final : public Accumulator {
 public:
  explicit Variance(const AggregationCall& call)
      : call_(call), counts_(call.grid.count), means_(call.grid.count), sums_(call.grid.count),
        present_(call.grid.count) {}

  void add_group() override {
    counts_.add_group();
    means_.add_group();
    sums_.add_group();
    present_.add_group();
  }
  Result<void> add(std::size_t group, const Batch& batch, std::size_t row) override {
    for_each_bit(floats_of(call_, batch, row, scratch_), batch.words(), [&](std::size_t step) {
      add_cell(counts_.of(group)[step], means_.of(group)[step], sums_.of(group)[step], batch.values(row)[step]);
      set_bit(present_.of(group), step);
    });
    return {};
  }
  Result<void> finish(std::size_t group, Batch& out, std::size_t row) override {
    for_each_bit(present_.of(group), present_.words(), [&](std::size_t step) {
      const double variance = sums_.of(group)[step] / counts_.of(group)[step];
      out.set_float(row, step, call_.op == AggregationOp::stddev ? std::sqrt(variance) : variance);
    });
    return {};
  }
  std::size_t bytes() const override { return counts_.bytes() + means_.bytes() + sums_.bytes() + present_.bytes(); }

 private:
  static void add_cell(double& n, double& mean, double& sum, double x) {
    if (++n == 1) {
      mean = x;
      sum = std::isfinite(x) ? 0 : std::numeric_limits<double>::quiet_NaN();
      return;
    }
    const double delta = x - mean;
    mean += delta / n;
    sum += delta * (x - mean);
  }

  const AggregationCall& call_;
  GroupColumn counts_, means_, sums_;
  GroupBits present_;
  std::vector<std::uint64_t> scratch_;
};

}  // namespace

std::unique_ptr<Accumulator> make_variance(const AggregationCall& call) { return std::make_unique<Variance>(call); }

}  // namespace sluice::promql
