#include "promql/plan/reach.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "promql/value/label_set.h"
#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

// Functions of the range that is asked, and info(), which chooses its series by it.
constexpr std::array<std::string_view, 5> kRangeDependent = {"start", "end", "range", "step", "info"};

bool is_range_dependent(std::string_view function) {
  return std::find(kRangeDependent.begin(), kRangeDependent.end(), function) != kRangeDependent.end();
}

// One metric: rows stay apart when their name is dropped, in any part of the range as in the whole.
bool has_one_name(const VectorSelector& selector) {
  return std::any_of(selector.matchers.begin(), selector.matchers.end(), [](const Matcher& matcher) {
    return matcher.name() == kMetricName && matcher.op() == Matcher::Op::equal && !matcher.value().empty();
  });
}

bool writes_name(const Call& call) {
  const std::string_view function = call.function->name;
  if (function != "label_replace" && function != "label_join") return false;
  return is_metadata_label(as<StringLiteral>(*call.arguments[1]).value);
}

class ReachFinder {
 public:
  explicit ReachFinder(std::int64_t lookback_ms) : lookback_ms_(lookback_ms) {}

  // `offset_ms` and `range_ms`: of the subqueries around. False: the steps of the query are not on their own.
  bool visit(const Expr& expr, std::int64_t offset_ms, std::int64_t range_ms) {
    switch (expr.kind) {
      case ExprKind::number_literal:
      case ExprKind::string_literal: return true;
      case ExprKind::vector_selector: return look(as<VectorSelector>(expr), offset_ms, range_ms, lookback_ms_);
      case ExprKind::matrix_selector: {
        const auto& matrix = as<MatrixSelector>(expr);
        return matrix.range_expr == nullptr && look(*matrix.selector, offset_ms, range_ms, matrix.range_ms);
      }
      case ExprKind::subquery: return subquery(as<Subquery>(expr), offset_ms, range_ms);
      case ExprKind::call: return call(as<Call>(expr), offset_ms, range_ms);
      case ExprKind::aggregation: {
        const auto& aggregation = as<Aggregation>(expr);
        if (aggregation.op == AggregationOp::limitk) return false;  // which rows come first depends on the range
        return (aggregation.parameter == nullptr || visit(*aggregation.parameter, offset_ms, range_ms)) &&
               visit(*aggregation.expr, offset_ms, range_ms);
      }
      case ExprKind::binary: {
        const auto& binary = as<Binary>(expr);
        return visit(*binary.lhs, offset_ms, range_ms) && visit(*binary.rhs, offset_ms, range_ms);
      }
      case ExprKind::unary: return visit(*as<Unary>(expr).expr, offset_ms, range_ms);
      case ExprKind::paren: return visit(*as<Paren>(expr).expr, offset_ms, range_ms);
      case ExprKind::duration: return false;
    }
    return false;
  }

  std::optional<Reach> found() const { return found_; }

 private:
  static bool fixed(const TimeModifiers& time) { return time.at != AtKind::none || time.offset_expr != nullptr; }

  static bool add(std::int64_t& sum, std::int64_t more) { return !__builtin_add_overflow(sum, more, &sum); }

  bool look(const VectorSelector& selector, std::int64_t offset_ms, std::int64_t around_ms, std::int64_t window_ms) {
    if (fixed(selector.time) || selector.anchored || selector.smoothed || !has_one_name(selector)) return false;
    if (!add(offset_ms, selector.time.offset_ms)) return false;
    std::int64_t behind_ms = offset_ms, ahead_ms = 0;
    if (!add(behind_ms, around_ms) || !add(behind_ms, window_ms)) return false;
    if (__builtin_sub_overflow(ahead_ms, offset_ms, &ahead_ms)) return false;
    if (!found_) found_ = Reach{behind_ms, ahead_ms};
    found_->behind_ms = std::max(found_->behind_ms, behind_ms);
    found_->ahead_ms = std::max(found_->ahead_ms, ahead_ms);
    return true;
  }

  bool subquery(const Subquery& expr, std::int64_t offset_ms, std::int64_t range_ms) {
    if (fixed(expr.time) || expr.range_expr != nullptr || expr.step_expr != nullptr) return false;
    return add(offset_ms, expr.time.offset_ms) && add(range_ms, expr.range_ms) &&
           visit(*expr.expr, offset_ms, range_ms);
  }

  bool call(const Call& expr, std::int64_t offset_ms, std::int64_t range_ms) {
    if (is_range_dependent(expr.function->name) || writes_name(expr)) return false;
    return std::all_of(expr.arguments.begin(), expr.arguments.end(),
                       [&](const ExprPtr& argument) { return visit(*argument, offset_ms, range_ms); });
  }

  const std::int64_t lookback_ms_;
  std::optional<Reach> found_;
};

}  // namespace

std::optional<Reach> reach_of(const Expr& expr, std::int64_t lookback_ms) {
  ReachFinder finder(lookback_ms);
  return finder.visit(expr, 0, 0) ? finder.found() : std::nullopt;
}

}  // namespace sluice::promql
