#include "promql/exec/uniqueness.h"

#include <algorithm>

#include "promql/exec/arithmetic.h"
#include "promql/exec/label_functions.h"
#include "promql/exec/unique.h"

namespace sluice::promql {
namespace {

bool one_name(const VectorSelector& selector) {
  return std::any_of(selector.matchers.begin(), selector.matchers.end(), [](const Matcher& m) {
    return m.name() == kMetricName && m.op() == Matcher::Op::equal && !m.value().empty();
  });
}

bool groups_by_metadata(const Aggregation& expr) {
  const bool listed = std::any_of(expr.grouping.begin(), expr.grouping.end(), is_metadata_label);
  return expr.without || listed;
}

bool call_unique(const Plan& plan, const QueryContext& context);

bool plan_unique(const Plan& plan, const QueryContext& context) {
  switch (plan.kind) {
    case PlanKind::selector: return one_name(as<VectorSelector>(*plan.expr));
    case PlanKind::range_selector: return one_name(*as<MatrixSelector>(*plan.expr).selector);
    case PlanKind::subquery:
    case PlanKind::once:
    case PlanKind::unary: return plan_unique(*plan.children[0], context);
    case PlanKind::aggregation: {
      const auto& expr = as<Aggregation>(*plan.expr);
      const bool keeps_rows = expr.op == AggregationOp::topk || expr.op == AggregationOp::bottomk ||
                              expr.op == AggregationOp::limitk || expr.op == AggregationOp::limit_ratio;
      return keeps_rows ? plan_unique(*plan.children[0], context)
                        : expr.op != AggregationOp::count_values && !groups_by_metadata(expr);
    }
    case PlanKind::binary: {
      const auto& expr = as<Binary>(*plan.expr);
      if (type_of(*plan.children[0]) == ValueType::scalar) return plan_unique(*plan.children[1], context);
      if (type_of(*plan.children[1]) == ValueType::scalar) return plan_unique(*plan.children[0], context);
      return drops_name(expr.op) && expr.matching->include.empty();
    }
    case PlanKind::call: return call_unique(plan, context);
    case PlanKind::number:
    case PlanKind::string: return true;
  }
  return false;
}

// label_replace and label_join may write names; every other function keeps or drops them.
bool call_unique(const Plan& plan, const QueryContext& context) {
  const std::string& name = as<Call>(*plan.expr).function->name;
  if (is_label_function(name) || name == "info") return false;
  return std::all_of(plan.children.begin(), plan.children.end(),
                     [&](const PlanPtr& child) { return plan_unique(*child, context); });
}

}  // namespace

bool unique_without_names(const Plan& plan, const QueryContext& context) {
  const QuerySymbols& symbols = context.symbols();
  if (symbols.find(kTypeLabel) || symbols.find(kUnitLabel)) return false;
  return plan_unique(plan, context);
}

VectorOperatorPtr unique_after_drop(const Plan& operand, VectorOperatorPtr from, const StepGrid& grid,
                                    QueryContext& context) {
  if (context.labels().delayed() || unique_without_names(operand, context)) return from;
  return std::make_unique<MergeDuplicates>(context, std::move(from), grid.count);
}

}  // namespace sluice::promql
