#include "server/query/selectors.h"

namespace sluice::server::query {
namespace {

using namespace promql;  // the names of the AST, nothing else

class Collector {
 public:
  explicit Collector(std::vector<std::vector<Matcher>>& found) : found_(found) {}

  // The parser bounds the depth.
  void visit(const Expr* expr) {
    if (expr == nullptr) return;
    switch (expr->kind) {
      case ExprKind::number_literal:
      case ExprKind::string_literal:
      case ExprKind::duration: return;
      case ExprKind::vector_selector: return found_.push_back(as<VectorSelector>(*expr).matchers);
      case ExprKind::matrix_selector: return visit(as<MatrixSelector>(*expr).selector.get());
      case ExprKind::subquery: return visit(as<Subquery>(*expr).expr.get());
      case ExprKind::call: return visit_arguments(as<Call>(*expr));
      case ExprKind::aggregation: return visit_both(as<Aggregation>(*expr).parameter, as<Aggregation>(*expr).expr);
      case ExprKind::binary: return visit_both(as<Binary>(*expr).lhs, as<Binary>(*expr).rhs);
      case ExprKind::unary: return visit(as<Unary>(*expr).expr.get());
      case ExprKind::paren: return visit(as<Paren>(*expr).expr.get());
    }
  }

 private:
  void visit_arguments(const promql::Call& call) {
    for (const ExprPtr& argument : call.arguments) visit(argument.get());
  }
  void visit_both(const ExprPtr& first, const ExprPtr& second) {
    visit(first.get());
    visit(second.get());
  }

  std::vector<std::vector<Matcher>>& found_;
};

}  // namespace

std::vector<std::vector<Matcher>> selectors_of(const Expr& expr) {
  std::vector<std::vector<Matcher>> found;
  Collector(found).visit(&expr);
  return found;
}

}  // namespace sluice::server::query
