// promql/exec/kept_aggregate.h
//
// Room: promql/exec. An aggregation whose steps may be known from an earlier query: only the others are evaluated. To
// the bit what a whole evaluation gives; so only what can be divided into steps comes here (plan/reach.h), and nothing
// is kept that was annotated, because a note cannot be told from which step it came.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "promql/exec/operator.h"
#include "promql/exec/row_keeper.h"
#include "promql/plan/plan.h"

namespace sluice::promql {

class KeptAggregate final : public TableOperator {
 public:
  using Build = std::function<Result<VectorOperatorPtr>(const StepGrid&)>;
  // `build` makes the aggregation itself, for any part of the grid; its rows come sorted by labels.
  KeptAggregate(QueryContext& context, const StepGrid& grid, std::string question, Reach reach, Build build)
      : TableOperator(context), grid_(grid), question_(std::move(question)), reach_(reach), build_(std::move(build)) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  // Rows of some steps in their place: column `from_step` of `rows` is step `to_step` of the whole.
  struct Piece {
    const Batch* rows;
    std::vector<SeriesLabels> labels;
    std::size_t from_step, to_step, steps;
  };
  Result<void> fill_whole(Batch& table);
  Result<void> fill_around(const Kept& kept, Batch& table);
  Result<void> evaluate(const StepGrid& grid, Batch& rows, bool& annotated);
  StepGrid worth_keeping(StepSpan kept) const;
  Piece piece_of(const Kept& kept, const StepGrid& whole);
  Piece piece_of(const Batch& rows, std::size_t to_step) const;
  void join(std::vector<Piece>& pieces, const StepGrid& whole, Batch& rows) const;
  void keep(const Batch& rows, const StepGrid& grid) const;

  const StepGrid grid_;
  const std::string question_;
  const Reach reach_;
  const Build build_;
};

// What KeptAggregate needs to know of a plan; nullopt: it cannot be kept.
struct Keepable {
  std::string question;
  Reach reach;
};
std::optional<Keepable> keepable(const Plan& plan, const StepGrid& grid, const QueryContext& context);

}  // namespace sluice::promql
