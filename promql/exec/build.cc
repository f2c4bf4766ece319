#include "promql/exec/build.h"

#include "promql/exec/aggregate.h"
#include "promql/exec/binary_scalar.h"
#include "promql/exec/binary_vector.h"
#include "promql/exec/build_call.h"
#include "promql/exec/cell_function.h"
#include "promql/exec/count_values.h"
#include "promql/exec/kept_aggregate.h"
#include "promql/exec/label_functions.h"
#include "promql/exec/once.h"
#include "promql/exec/ranking.h"
#include "promql/exec/series_merge.h"
#include "promql/exec/set_operators.h"
#include "promql/exec/uniqueness.h"
#include "promql/exec/vector_of.h"
#include "promql/value/failure.h"

namespace sluice::promql {
namespace {

class Builder {
 public:
  Builder(const StepGrid& grid, QueryContext& context) : grid_(grid), context_(context) {}

  Result<VectorOperatorPtr> vector(const Plan& plan) const {
    auto rows = series(plan);
    if (!rows || !may_hold_both(plan)) return rows;
    return std::make_unique<FirstOfBoth>(std::move(*rows));
  }

  Result<VectorOperatorPtr> series(const Plan& plan) const {
    switch (plan.kind) {
      case PlanKind::selector: return build_selector(plan, SelectorValue::sample, grid_, context_);
      case PlanKind::call: return build_call(plan, grid_, context_);
      case PlanKind::aggregation: return aggregation(plan);
      case PlanKind::binary: return binary(plan);
      case PlanKind::unary: return unary(plan);
      case PlanKind::once: return once(plan);
      case PlanKind::number: return scalar(plan);
      case PlanKind::string:
      case PlanKind::range_selector:
      case PlanKind::subquery: break;
    }
    return fail(Errc::invalid_argument, "an instant vector is needed here");
  }

 private:
  static bool may_hold_both(const Plan& plan) {
    if (plan.kind == PlanKind::unary) return true;
    return plan.kind == PlanKind::call && is_label_function(as<Call>(*plan.expr).function->name);
  }

  // Scalars are vectors without labels to those who ask for vectors (the parser lets few of these through).
  Result<VectorOperatorPtr> scalar(const Plan& plan) const {
    auto values = evaluate_scalar(plan, grid_, context_);
    if (!values) return tl::unexpected(values.error());
    return std::make_unique<VectorOf>(context_, std::move(*values));
  }

  Result<VectorOperatorPtr> once(const Plan& plan) const {
    auto inner = build_series(*plan.children[0], grid_.first_only(), context_);
    if (!inner) return inner;
    return std::make_unique<Repeat>(context_, std::move(*inner), grid_.count);
  }

  Result<VectorOperatorPtr> unary(const Plan& plan) const {
    auto operand = series(*plan.children[0]);
    if (!operand || !as<Unary>(*plan.expr).negative) return operand;
    auto result = std::make_unique<Negation>(std::move(*operand));
    if (context_.labels().delayed() || unique_without_names(*plan.children[0], context_)) return result;
    return std::make_unique<MergeSeries>(context_, std::move(result), grid_.count);
  }

  // Those that make new rows may be known from an earlier query.
  Result<VectorOperatorPtr> aggregation(const Plan& plan) const {
    if (auto kept = makes_groups(as<Aggregation>(*plan.expr).op) ? keepable(plan, grid_, context_) : std::nullopt) {
      auto build = [&plan, &context = context_](const StepGrid& grid) {
        return Builder(grid, context).evaluated_aggregation(plan);
      };
      return KeptAggregate::make(context_, grid_, std::move(*kept), build);
    }
    return evaluated_aggregation(plan);
  }

  Result<VectorOperatorPtr> evaluated_aggregation(const Plan& plan) const {
    const auto& expr = as<Aggregation>(*plan.expr);
    AggregationCall call{context_, expr.op, grid_, {}, plan.children[0]->position, 0, plan.position};
    if (plan.children.size() > 1) call.parameter_position = plan.children[1]->position;
    const auto label = value_label(plan, expr);
    if (!label) return tl::unexpected(label.error());
    const bool has_number = plan.children.size() > 1 && type_of(*plan.children[1]) == ValueType::scalar;
    if (has_number) {
      auto parameter = evaluate_scalar(*plan.children[1], grid_, context_);
      if (!parameter) return tl::unexpected(parameter.error());
      call.parameter = std::move(*parameter);
    }
    auto operand = vector(*plan.children[0]);
    if (!operand) return operand;
    switch (expr.op) {
      case AggregationOp::topk:
      case AggregationOp::bottomk:
        call.operand_position = plan.position;
        return std::make_unique<Ranking>(std::move(call), std::move(*operand), expr);
      case AggregationOp::limitk: return std::make_unique<LimitK>(std::move(call), std::move(*operand), expr);
      case AggregationOp::limit_ratio: return std::make_unique<LimitRatio>(std::move(call), std::move(*operand));
      case AggregationOp::count_values:
        return std::make_unique<CountValues>(std::move(call), std::move(*operand), expr, *label);
      default: return std::make_unique<Aggregate>(std::move(call), std::move(*operand), expr);
    }
  }

  // The label that count_values writes; empty for the others. Refused before anything else is evaluated.
  static Result<std::string> value_label(const Plan& plan, const Aggregation& expr) {
    if (expr.op != AggregationOp::count_values) return std::string();
    const std::string& label = as<StringLiteral>(*plan.children[1]->expr).value;
    if (label.empty() || !is_valid_utf8(label)) return evaluation_failed("invalid label name " + go_quoted(label));
    return label;
  }

  Result<VectorOperatorPtr> binary(const Plan& plan) const {
    const auto& expr = as<Binary>(*plan.expr);
    const bool left_scalar = type_of(*plan.children[0]) == ValueType::scalar;
    const bool right_scalar = type_of(*plan.children[1]) == ValueType::scalar;
    if (left_scalar && right_scalar) return scalar(plan);
    if (left_scalar || right_scalar) return with_scalar(plan, expr, left_scalar);
    auto left = vector(*plan.children[0]);
    if (!left) return left;
    auto right = vector(*plan.children[1]);
    if (!right) return right;
    if (is_set_operator(expr.op))
      return std::make_unique<SetOperator>(context_, expr.op, *expr.matching, std::move(*left), std::move(*right),
                                           grid_.count);
    return std::make_unique<BinaryVector>(context_, expr, plan.position, std::move(*left), std::move(*right),
                                          grid_.count);
  }

  Result<VectorOperatorPtr> with_scalar(const Plan& plan, const Binary& expr, bool left_scalar) const {
    const Plan& vector_side = *plan.children[left_scalar ? 1 : 0];
    auto values = evaluate_scalar(*plan.children[left_scalar ? 0 : 1], grid_, context_);
    if (!values) return tl::unexpected(values.error());
    auto operand = vector(vector_side);
    if (!operand) return operand;
    const BinaryScalar::Spec spec{expr.op, left_scalar, expr.return_bool, plan.position};
    auto result = std::make_unique<BinaryScalar>(context_, std::move(*operand), std::move(*values), spec);
    if (!drops_name(expr.op) && !expr.return_bool) return result;
    return unique_after_drop(vector_side, std::move(result), grid_, context_);
  }

  const StepGrid& grid_;
  QueryContext& context_;
};

}  // namespace

Result<VectorOperatorPtr> build_series(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  return Builder(grid, context).series(plan);
}

Result<VectorOperatorPtr> build_vector(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  return Builder(grid, context).vector(plan);
}

}  // namespace sluice::promql
