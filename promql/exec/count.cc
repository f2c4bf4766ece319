// count, group: samples of either kind.
#include "promql/exec/aggregate.h"
#include "promql/exec/cells.h"

namespace sluice::promql {
namespace {

class Count final : public Accumulator {
 public:
  explicit Count(const AggregationCall& call)
      : group_only_(call.op == AggregationOp::group), counts_(call.grid.count), present_(call.grid.count) {}

  void add_group() override {
    counts_.add_group();
    present_.add_group();
  }
  Result<void> add(std::size_t group, const Batch& batch, std::size_t row) override {
    double* counts = counts_.of(group);
    for_each_bit(batch.present(row), batch.words(), [&](std::size_t step) { ++counts[step]; });
    present_.join_row(group, batch, row);
    return {};
  }
  Result<void> finish(std::size_t group, Batch& out, std::size_t row) override {
    for_each_bit(present_.of(group), present_.words(),
                 [&](std::size_t step) { out.set_float(row, step, group_only_ ? 1 : counts_.of(group)[step]); });
    return {};
  }
  std::size_t bytes() const override { return counts_.bytes() + present_.bytes(); }

 private:
  const bool group_only_;
  GroupColumn counts_;
  GroupBits present_;
};

}  // namespace

std::unique_ptr<Accumulator> make_count(const AggregationCall& call) { return std::make_unique<Count>(call); }

}  // namespace sluice::promql
