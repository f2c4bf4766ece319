// quantile: the only aggregation that must remember every value.
#include <cmath>

#include "promql/exec/float_only.h"
#include "promql/func/statistics.h"
#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

class Quantile final : public Accumulator {
 public:
  explicit Quantile(const AggregationCall& call) : call_(call) {}

  void add_group() override { rows_.emplace_back(); }
  Result<void> add(std::size_t group, const Batch& batch, std::size_t row) override {
    const std::uint64_t* floats = floats_of(call_, batch, row, scratch_);
    if (!any_bit(floats, batch.words())) return {};
    Row& kept = rows_[group].emplace_back();
    kept.present.assign(floats, floats + batch.words());
    kept.values.assign(batch.values(row), batch.values(row) + batch.steps());
    bytes_ += kept.present.size() * sizeof(std::uint64_t) + kept.values.size() * sizeof(double) + sizeof(Row);
    return {};
  }
  // Whether there is anything to aggregate or not.
  void all_added() override {
    for (const double q : call_.parameter)
      if (!(q >= 0 && q <= 1))
        call_.context.annotations().warn("quantile value should be between 0 and 1, got " + general_number(q),
                                         call_.parameter_position);
  }
  Result<void> finish(std::size_t group, Batch& out, std::size_t row) override {
    for (std::size_t step = 0; step < call_.grid.count; ++step) {
      values_.clear();
      for (const Row& kept : rows_[group])
        if (test_bit(kept.present.data(), step)) values_.push_back(kept.values[step]);
      if (!values_.empty()) out.set_float(row, step, quantile(call_.parameter[step], values_));
    }
    return {};
  }
  std::size_t bytes() const override { return bytes_; }

 private:
  struct Row {
    std::vector<std::uint64_t> present;
    std::vector<double> values;
  };
  const AggregationCall& call_;
  std::vector<std::vector<Row>> rows_;
  std::vector<double> values_;
  std::vector<std::uint64_t> scratch_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Accumulator> make_quantile(const AggregationCall& call) { return std::make_unique<Quantile>(call); }

}  // namespace sluice::promql
