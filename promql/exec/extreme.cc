// min, max: NaN only when everything is NaN.
#include <cmath>

#include "promql/exec/float_only.h"

namespace sluice::promql {
namespace {

template <bool max>
class Extreme final : public Accumulator {
 public:
  explicit Extreme(const AggregationCall& call) : call_(call), best_(call.grid.count), present_(call.grid.count) {}

  void add_group() override {
    best_.add_group();
    present_.add_group();
  }
  Result<void> add(std::size_t group, const Batch& batch, std::size_t row) override {
    const double* values = batch.values(row);
    double* best = best_.of(group);
    std::uint64_t* present = present_.of(group);
    for_each_bit(floats_of(call_, batch, row, scratch_), batch.words(), [&](std::size_t step) {
      const bool better = max ? best[step] < values[step] : best[step] > values[step];
      if (better || std::isnan(best[step]) || !test_bit(present, step)) best[step] = values[step];
      set_bit(present, step);
    });
    return {};
  }
  Result<void> finish(std::size_t group, Batch& out, std::size_t row) override {
    for_each_bit(present_.of(group), present_.words(),
                 [&](std::size_t step) { out.set_float(row, step, best_.of(group)[step]); });
    return {};
  }
  std::size_t bytes() const override { return best_.bytes() + present_.bytes(); }

 private:
  const AggregationCall& call_;
  GroupColumn best_;
  GroupBits present_;
  std::vector<std::uint64_t> scratch_;
};

}  // namespace

std::unique_ptr<Accumulator> make_extreme(const AggregationCall& call) {
  if (call.op == AggregationOp::max) return std::make_unique<Extreme<true>>(call);
  return std::make_unique<Extreme<false>>(call);
}

}  // namespace sluice::promql
