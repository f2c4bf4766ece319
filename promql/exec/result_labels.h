// promql/exec/result_labels.h
//
// Room: promql/exec. The labels that a pair of matched rows gives to its result (contract 3.5).
#pragma once

#include "promql/exec/context.h"
#include "promql/syntax/ast.h"

namespace sluice::promql {

class ResultLabels {
 public:
  ResultLabels(QueryContext& context, const Binary& expr);
  // `many` is the row that gives its labels (left for one-to-one), `one` the other.
  SeriesLabels of(const SeriesLabels& many, const SeriesLabels& one);
  // The labels of a side that is not there, for fill.
  SeriesLabels of_signature(std::span<const std::uint32_t> signature) const;

 private:
  LabelsView with_included(const SeriesLabels& base, const SeriesLabels& one);

  QueryContext& context_;
  const Binary& expr_;
  LabelChooser kept_;  // what stays of the many side
  // How the result's name is marked. A filter forgets that it was, so that in delayed mode it comes back: Prometheus's
  // choice.
  const Drop drop_;
};

}  // namespace sluice::promql
