#include "promql/plan/durations.h"

#include <cmath>
#include <string>

#include "promql/gomath/gomath.h"

namespace sluice::promql {
namespace {

constexpr double kSecondsMax = 9'223'372'036.0;  // what 64 bits of nanoseconds hold

tl::unexpected<Error> refuse(const Expr& expr, const char* why) {
  return fail(Errc::invalid_argument, std::to_string(expr.position.start) + ":" + std::to_string(expr.position.end) +
                                          ": " + why);
}

class Evaluator {
 public:
  explicit Evaluator(const PlanOptions& options) : options_(options) {}

  Result<double> seconds(const Expr& expr) const {
    switch (expr.kind) {
      case ExprKind::number_literal: return as<NumberLiteral>(expr).value;
      case ExprKind::paren: return seconds(*as<Paren>(expr).expr);
      case ExprKind::duration: return of(as<DurationExpr>(expr));
      default: return refuse(expr, "not a duration expression");
    }
  }

 private:
  Result<double> of(const DurationExpr& expr) const {
    if (expr.op == DurationOp::step) return static_cast<double>(options_.query_step_ms) / 1000;
    if (expr.op == DurationOp::range)
      return static_cast<double>(options_.query_end_ms - options_.grid.start_ms) / 1000;
    double left = 0;
    if (expr.lhs != nullptr) {
      const auto value = seconds(*expr.lhs);
      if (!value) return value;
      left = *value;
    }
    const auto right = seconds(*expr.rhs);
    return right ? apply(expr, left, *right) : right;
  }

  static Result<double> apply(const DurationExpr& expr, double left, double right) {
    switch (expr.op) {
      case DurationOp::add: return left + right;
      case DurationOp::sub: return left - right;
      case DurationOp::mul: return left * right;
      case DurationOp::div: return right == 0 ? Result<double>(refuse(expr, "division by zero")) : left / right;
      case DurationOp::mod:
        return right == 0 ? Result<double>(refuse(expr, "modulo by zero")) : std::fmod(left, right);
      case DurationOp::pow: return go::pow(left, right);
      case DurationOp::negate: return -right;
      case DurationOp::plus: return right;
      case DurationOp::min_of: return go::min(left, right);
      case DurationOp::max_of: return go::max(left, right);
      case DurationOp::step:
      case DurationOp::range: break;
    }
    return refuse(expr, "not a duration expression");
  }

  const PlanOptions& options_;
};

}  // namespace

Result<std::int64_t> evaluate_duration(const Expr& expr, const PlanOptions& options, DurationSign sign) {
  const auto seconds = Evaluator(options).seconds(expr);
  if (!seconds) return tl::unexpected(seconds.error());
  if (std::isnan(*seconds) || std::isinf(*seconds)) return refuse(expr, "duration is NaN or infinite");
  if (*seconds <= 0 && sign == DurationSign::positive) return refuse(expr, "duration must be greater than 0");
  if (std::fabs(*seconds) > kSecondsMax) return refuse(expr, "duration is out of range");
  return static_cast<std::int64_t>(*seconds * 1000);
}

}  // namespace sluice::promql
