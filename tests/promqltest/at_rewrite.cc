#include "tests/promqltest/at_rewrite.h"

#include <set>

#include "promql/syntax/parser.h"

namespace sluice::promqltest {
namespace {

using namespace promql;

const std::set<std::string>& time_dependent_functions() {
  static const std::set<std::string> names = {"days_in_month", "day_of_month", "day_of_week", "day_of_year",    "end",
                                              "hour",          "minute",       "month",       "predict_linear", "range",
                                              "start",         "step",         "time",        "timestamp",      "year"};
  return names;
}

class Pinner {
 public:
  explicit Pinner(std::int64_t at_ms) : at_ms_(at_ms) {}
  void visit(Expr& expr);
  bool time_dependent = false;

 private:
  void pin(TimeModifiers& time) const {
    if (time.at == AtKind::timestamp || subqueries_ > 0) return;
    time.at = AtKind::timestamp;
    time.at_ms = at_ms_;
  }
  void visit_call(Call& call);
  void visit_subquery(Subquery& subquery);

  const std::int64_t at_ms_;
  int subqueries_ = 0;  // all of them are pinned, so that nothing inside may be
};

void Pinner::visit_call(Call& call) {
  time_dependent = time_dependent || time_dependent_functions().contains(call.function->name);
  for (const ExprPtr& argument : call.arguments) visit(*argument);
}

void Pinner::visit_subquery(Subquery& subquery) {
  pin(subquery.time);
  ++subqueries_;
  visit(*subquery.expr);
  --subqueries_;
}

void Pinner::visit(Expr& expr) {
  switch (expr.kind) {
    case ExprKind::vector_selector: return pin(as<VectorSelector>(expr).time);
    case ExprKind::matrix_selector: return pin(as<MatrixSelector>(expr).selector->time);
    case ExprKind::subquery: return visit_subquery(as<Subquery>(expr));
    case ExprKind::call: return visit_call(as<Call>(expr));
    case ExprKind::paren: return visit(*as<Paren>(expr).expr);
    case ExprKind::unary: return visit(*as<Unary>(expr).expr);
    case ExprKind::aggregation:
      visit(*as<Aggregation>(expr).expr);
      if (as<Aggregation>(expr).parameter) visit(*as<Aggregation>(expr).parameter);
      return;
    case ExprKind::binary: visit(*as<Binary>(expr).lhs); return visit(*as<Binary>(expr).rhs);
    case ExprKind::number_literal:
    case ExprKind::string_literal:
    case ExprKind::duration: return;
  }
}

}  // namespace

std::optional<std::string> pinned_text(Expr& expr, std::int64_t at_ms) {
  Pinner pinner(at_ms);
  pinner.visit(expr);
  return pinner.time_dependent ? std::nullopt : std::optional(canonical_text(expr));
}

}  // namespace sluice::promqltest
