// promql/exec/kept_aggregate.h
//
// Room: promql/exec. An aggregation whose steps may be known from an earlier query: only the others are evaluated. To
// the bit what a whole evaluation gives; so only what can be divided into steps comes here (plan/reach.h), and nothing
// is kept that was annotated, because a note cannot be told from which step it came.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "promql/exec/operator.h"
#include "promql/exec/row_keeper.h"
#include "promql/plan/plan.h"

namespace sluice::promql {

// What KeptAggregate needs to know of a plan; nullopt: it cannot be kept.
struct Keepable {
  std::string question;
  Reach reach;
};
std::optional<Keepable> keepable(const Plan& plan, const StepGrid& grid, const QueryContext& context);

class KeptAggregate final : public TableOperator {
 public:
  using Build = std::function<Result<VectorOperatorPtr>(const StepGrid&)>;
  // `build` makes the aggregation itself, for the parts of the grid that are not known; its rows come sorted by labels.
  static Result<VectorOperatorPtr> make(QueryContext& context, const StepGrid& grid, Keepable kept, const Build& build);

  KeptAggregate(QueryContext& context, const StepGrid& grid, Keepable kept)
      : TableOperator(context), grid_(grid), question_(std::move(kept.question)), reach_(kept.reach) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  // Rows of some steps in their place: column `from_step` of `rows` is step `to_step` of the whole.
  struct Piece {
    const Batch* rows;
    std::vector<SeriesLabels> labels;
    std::size_t from_step, to_step, steps;
  };
  // Steps that have to be evaluated.
  struct Gap {
    StepGrid grid;
    VectorOperatorPtr from;
    Annotations annotations;  // of the gap alone
    Batch rows;
  };
  Result<void> open(const Build& build);  // all operators of a query are built before the first is asked
  Result<void> open_gap(const StepGrid& gap, const Build& build);
  Result<void> fill_whole(Batch& table);
  Result<void> fill_around(Batch& table);
  Result<void> evaluate(Gap& gap, Batch& rows);
  bool annotated() const;
  StepGrid worth_keeping(StepSpan kept) const;
  Piece piece_of(const Kept& kept, const StepGrid& whole);
  Piece piece_of(const Batch& rows, std::size_t to_step) const;
  void join(std::vector<Piece>& pieces, const StepGrid& whole, Batch& rows) const;
  void keep(const Batch& rows, const StepGrid& grid) const;

  const StepGrid grid_;
  const std::string question_;
  const Reach reach_;
  Kept kept_;
  std::vector<Gap> gaps_;  // ascending; one of the whole grid when nothing is kept
};

}  // namespace sluice::promql
