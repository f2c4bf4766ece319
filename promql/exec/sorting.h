// promql/exec/sorting.h
//
// Room: promql/exec. sort, sort_desc, sort_by_label, sort_by_label_desc of instant queries.
#pragma once

#include <string>
#include <vector>

#include "promql/exec/operator.h"

namespace sluice::promql {

class Sorting final : public TableOperator {
 public:
  struct Order {
    bool by_label = false, descending = false;
    std::vector<std::string> labels;  // by_label: these first, then all
  };
  Sorting(QueryContext& context, VectorOperatorPtr from, Order order)
      : TableOperator(context), from_(std::move(from)), order_(std::move(order)) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  bool value_before(const Batch& rows, std::size_t a, std::size_t b) const;
  bool labels_before(const SeriesLabels& a, const SeriesLabels& b) const;

  const VectorOperatorPtr from_;
  const Order order_;
};

}  // namespace sluice::promql
