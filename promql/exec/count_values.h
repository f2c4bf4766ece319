// promql/exec/count_values.h
//
// Room: promql/exec. count_values: groups that have the value itself as a label.
#pragma once

#include "promql/exec/aggregate.h"

namespace sluice::promql {

class CountValues final : public TableOperator {
 public:
  CountValues(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr, std::string label);

 protected:
  Result<void> fill(Batch& table) override;

 private:
  std::size_t row_for(std::span<const std::uint32_t> group, const std::string& value, Batch& table);

  const AggregationCall call_;
  const VectorOperatorPtr from_;
  const Aggregation& expr_;
  const std::string label_;
  const bool shows_value_;
  KeyTable keys_;
};

}  // namespace sluice::promql
