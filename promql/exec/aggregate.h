// promql/exec/aggregate.h
//
// Room: promql/exec. sum, avg, ... by and without: reads rows as they come and keeps groups x steps, never series x
// steps. What is kept per group is an Accumulator's business.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "promql/exec/operator.h"
#include "promql/syntax/ast.h"

namespace sluice::promql {

// The state of all groups of one aggregation. Rows arrive in evaluation order, so the result is what a sum from left to
// right gives, whatever the size of batches.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  virtual void add_group() = 0;
  virtual Result<void> add(std::size_t group, const Batch& batch, std::size_t row) = 0;
  virtual void all_added() {}
  // Fills the group's row of the answer.
  virtual Result<void> finish(std::size_t group, Batch& out, std::size_t row) = 0;
  // Bytes kept now.
  virtual std::size_t bytes() const = 0;
};

struct AggregationCall {
  QueryContext& context;
  AggregationOp op;
  StepGrid grid;
  std::vector<double> parameter;  // one per step; empty without
  std::int32_t operand_position = 0, parameter_position = 0, position = 0;
};

std::unique_ptr<Accumulator> make_sum(const AggregationCall& call);
std::unique_ptr<Accumulator> make_average(const AggregationCall& call);
std::unique_ptr<Accumulator> make_extreme(const AggregationCall& call);   // min, max
std::unique_ptr<Accumulator> make_count(const AggregationCall& call);     // count, group
std::unique_ptr<Accumulator> make_variance(const AggregationCall& call);  // stddev, stdvar
std::unique_ptr<Accumulator> make_quantile(const AggregationCall& call);

class Aggregate final : public TableOperator, private RowTaker {
 public:
  Aggregate(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr);

 protected:
  Result<void> fill(Batch& table) override;

 private:
  Result<void> take(Batch& rows) override { return add(rows); }
  Result<void> add(const Batch& batch);
  std::vector<std::pair<SeriesLabels, std::uint32_t>> groups_in_order();

  const AggregationCall call_;
  const VectorOperatorPtr from_;
  LabelChooser chooser_;
  KeyTable groups_;
  std::vector<Drop> drops_;  // delayed removal: a group is marked when any of its rows is
  std::unique_ptr<Accumulator> accumulator_;
  std::size_t bytes_charged_ = 0;
};

// sum, avg, ...: what Aggregate answers. The others keep input rows, or make labels of values.
bool makes_groups(AggregationOp op);

// The labels that make a group: `by` keeps the listed ones, `without` all but these and the name.
LabelChooser group_chooser(QueryContext& context, const Aggregation& expr);

}  // namespace sluice::promql
