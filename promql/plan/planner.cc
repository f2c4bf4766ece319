#include <algorithm>
#include <array>
#include <string_view>

#include "promql/plan/durations.h"
#include "promql/plan/plan.h"
#include "promql/plan/reference.h"

namespace sluice::promql {
namespace {

// Functions whose value changes with the step even when everything they read has an `@`.
constexpr std::array<std::string_view, 11> kStepDependent = {
    "days_in_month", "day_of_month", "day_of_week",    "day_of_year", "hour",     "minute",
    "month",         "year",         "predict_linear", "time",        "timestamp"};

bool depends_on_step(std::string_view function) {
  return std::find(kStepDependent.begin(), kStepDependent.end(), function) != kStepDependent.end();
}

const Expr& without_parens(const Expr& expr) {
  const Expr* at = &expr;
  while (at->kind == ExprKind::paren) at = as<Paren>(*at).expr.get();
  return *at;
}

// A plan, and whether every step would give the same. Wrapping is left to the parent: it wraps an invariant operand
// only when it is not invariant itself, so that `once` stands as high as possible.
struct Planned {
  PlanPtr plan;
  bool invariant = false;
};

class Planner {
 public:
  explicit Planner(const PlanOptions& options) : options_(options) {}

  Result<Planned> plan(const Expr& written) const {
    const Expr& expr = without_parens(written);
    auto node = std::make_unique<Plan>();
    node->expr = &expr;
    node->position = expr.position.start;
    switch (expr.kind) {
      case ExprKind::number_literal: return leaf(std::move(node), PlanKind::number);
      case ExprKind::string_literal: return leaf(std::move(node), PlanKind::string);
      case ExprKind::vector_selector: return selector(std::move(node), as<VectorSelector>(expr));
      case ExprKind::matrix_selector: return range_selector(std::move(node), as<MatrixSelector>(expr));
      case ExprKind::subquery: return subquery(std::move(node), as<Subquery>(expr));
      case ExprKind::call: return call(std::move(node), as<Call>(expr));
      case ExprKind::aggregation: return aggregation(std::move(node), as<Aggregation>(expr));
      case ExprKind::binary: return binary(std::move(node), as<Binary>(expr));
      case ExprKind::unary: return unary(std::move(node), as<Unary>(expr));
      case ExprKind::paren:
      case ExprKind::duration: break;
    }
    return fail(Errc::unprocessable, "a duration expression stands where a value is needed");
  }

  static PlanPtr wrapped(Planned planned) {
    const PlanKind kind = planned.plan->kind;
    const bool pointless = kind == PlanKind::number || kind == PlanKind::string || kind == PlanKind::range_selector ||
                           kind == PlanKind::subquery;
    if (!planned.invariant || pointless) return std::move(planned.plan);
    auto once = std::make_unique<Plan>();
    once->kind = PlanKind::once;
    once->expr = planned.plan->expr;
    once->position = planned.plan->position;
    once->children.push_back(std::move(planned.plan));
    return once;
  }

 private:
  static Result<Planned> leaf(PlanPtr node, PlanKind kind) {
    node->kind = kind;
    return Planned{std::move(node), true};
  }

  Result<LookTimes> times(const TimeModifiers& modifiers) const {
    LookTimes out;
    out.offset_ms = modifiers.offset_ms;
    if (modifiers.offset_expr != nullptr) {
      const auto offset = evaluate_duration(*modifiers.offset_expr, options_, DurationSign::any);
      if (!offset) return tl::unexpected(offset.error());
      out.offset_ms = *offset;
    }
    switch (modifiers.at) {
      case AtKind::none: break;
      case AtKind::timestamp: out.at_ms = modifiers.at_ms; break;
      case AtKind::start: out.at_ms = options_.grid.start_ms; break;
      case AtKind::end: out.at_ms = options_.query_end_ms; break;
    }
    return out;
  }

  Result<std::int64_t> span(std::int64_t written_ms, const ExprPtr& expr) const {
    if (expr == nullptr) return written_ms;
    return evaluate_duration(*expr, options_, DurationSign::positive);
  }

  Result<Planned> selector(PlanPtr node, const VectorSelector& expr) const {
    const auto look = times(expr.time);
    if (!look) return tl::unexpected(look.error());
    node->kind = PlanKind::selector;
    node->times = *look;
    return Planned{std::move(node), look->at_ms.has_value()};
  }

  Result<Planned> range_selector(PlanPtr node, const MatrixSelector& expr) const {
    auto planned = selector(std::move(node), *expr.selector);
    if (!planned) return planned;
    const auto range = span(expr.range_ms, expr.range_expr);
    if (!range) return tl::unexpected(range.error());
    planned->plan->kind = PlanKind::range_selector;
    planned->plan->times.range_ms = *range;
    return planned;
  }

  Result<Planned> subquery(PlanPtr node, const Subquery& expr) const {
    auto look = times(expr.time);
    if (!look) return tl::unexpected(look.error());
    const auto step = span(expr.step_ms, expr.step_expr);  // before the range: its error is the one that is told
    if (!step) return tl::unexpected(step.error());
    const auto range = span(expr.range_ms, expr.range_expr);
    if (!range) return tl::unexpected(range.error());
    look->range_ms = *range;
    look->step_ms = *step != 0 ? *step : options_.default_subquery_step_ms;
    auto inner = plan(*expr.expr);
    if (!inner) return inner;
    node->kind = PlanKind::subquery;
    node->times = *look;
    node->children.push_back(wrapped(std::move(*inner)));
    return Planned{std::move(node), look->at_ms.has_value()};
  }

  // Children that are invariant are wrapped when the whole is not.
  static Planned assemble(PlanPtr node, std::vector<Planned> children, bool invariant) {
    for (Planned& child : children) {
      if (invariant) child.invariant = false;
      node->children.push_back(wrapped(std::move(child)));
    }
    return {std::move(node), invariant};
  }

  Result<Planned> call(PlanPtr node, const Call& expr) const {
    bool invariant = !depends_on_step(expr.function->name);
    std::vector<Planned> arguments;
    for (const ExprPtr& argument : expr.arguments) {
      auto planned = plan(*argument);
      if (!planned) return planned;
      const bool only_matchers = expr.function->name == "info" && !arguments.empty();  // read when the first one is
      invariant = invariant && (planned->invariant || only_matchers);
      arguments.push_back(std::move(*planned));
    }
    if (expr.function->name == "info") invariant = invariant && common_reference(*arguments[0].plan);
    // The time of a pinned sample does not change; that of anything else is the step's.
    if (expr.function->name == "timestamp")
      invariant = arguments[0].invariant && arguments[0].plan->kind == PlanKind::selector;
    node->kind = PlanKind::call;
    return assemble(std::move(node), std::move(arguments), invariant);
  }

  // The parameter takes no part in the decision: Prometheus's choice, and visible.
  Result<Planned> aggregation(PlanPtr node, const Aggregation& expr) const {
    auto operand = plan(*expr.expr);
    if (!operand) return operand;
    const bool invariant = operand->invariant;
    std::vector<Planned> children;
    children.push_back(std::move(*operand));
    if (expr.parameter != nullptr) {
      auto parameter = plan(*expr.parameter);
      if (!parameter) return parameter;
      children.push_back(std::move(*parameter));
    }
    node->kind = PlanKind::aggregation;
    return assemble(std::move(node), std::move(children), invariant);
  }

  Result<Planned> binary(PlanPtr node, const Binary& expr) const {
    std::vector<Planned> sides;
    for (const ExprPtr* side : {&expr.lhs, &expr.rhs}) {
      auto planned = plan(**side);
      if (!planned) return planned;
      sides.push_back(std::move(*planned));
    }
    const bool invariant = sides[0].invariant && sides[1].invariant;
    node->kind = PlanKind::binary;
    return assemble(std::move(node), std::move(sides), invariant);
  }

  Result<Planned> unary(PlanPtr node, const Unary& expr) const {
    auto operand = plan(*expr.expr);
    if (!operand) return operand;
    const bool invariant = operand->invariant;
    std::vector<Planned> children;
    children.push_back(std::move(*operand));
    node->kind = PlanKind::unary;
    return assemble(std::move(node), std::move(children), invariant);
  }

  const PlanOptions& options_;
};

// Marks the selectors below histogram_count, _sum and _avg, unless anything on the way needs buckets.
void mark_counts_only(Plan& plan, bool counts, bool needs_buckets) {
  if (plan.kind == PlanKind::subquery) needs_buckets = true;
  if (plan.kind == PlanKind::binary) {
    const BinaryOp op = as<Binary>(*plan.expr).op;
    needs_buckets = needs_buckets || op == BinaryOp::trim_lower || op == BinaryOp::trim_upper;
  }
  if (plan.kind == PlanKind::call) {
    const std::string_view name = as<Call>(*plan.expr).function->name;
    counts = counts || name == "histogram_count" || name == "histogram_sum" || name == "histogram_avg";
    needs_buckets =
        needs_buckets || name == "histogram_quantile" || name == "histogram_quantiles" || name == "histogram_fraction";
  }
  plan.counts_only = counts && !needs_buckets;
  for (const PlanPtr& child : plan.children) mark_counts_only(*child, counts, needs_buckets);
}

}  // namespace

Result<PlanPtr> make_plan(const Expr& expr, const PlanOptions& options) {
  auto planned = Planner(options).plan(expr);
  if (!planned) return tl::unexpected(planned.error());
  PlanPtr plan = Planner::wrapped(std::move(*planned));
  mark_counts_only(*plan, false, false);
  return plan;
}

const Plan& unwrapped(const Plan& plan) { return plan.kind == PlanKind::once ? *plan.children[0] : plan; }

ValueType type_of(const Plan& plan) { return type_of(*plan.expr); }

}  // namespace sluice::promql
