// Annotations point at the start of a node, duration errors at both ends: byte ranges are part of the contract.
#include <gtest/gtest.h>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

struct Ranges {
  const char* query;
  std::string whole;                  // the text under the root
  std::vector<std::string> children;  // and under its operands
};

std::vector<const Expr*> operands(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::binary: return {as<Binary>(expr).lhs.get(), as<Binary>(expr).rhs.get()};
    case ExprKind::paren: return {as<Paren>(expr).expr.get()};
    case ExprKind::unary: return {as<Unary>(expr).expr.get()};
    case ExprKind::subquery: return {as<Subquery>(expr).expr.get()};
    case ExprKind::matrix_selector: return {as<MatrixSelector>(expr).selector.get()};
    case ExprKind::aggregation: return {as<Aggregation>(expr).expr.get()};
    case ExprKind::call: {
      std::vector<const Expr*> arguments;
      for (const auto& argument : as<Call>(expr).arguments) arguments.push_back(argument.get());
      return arguments;
    }
    default: return {};
  }
}

class PositionsOf : public testing::TestWithParam<Ranges> {};
TEST_P(PositionsOf, CoverTheText) {
  const std::string query = GetParam().query;
  const auto expr = parse(query);
  ASSERT_TRUE(expr.has_value()) << expr.error().detail();
  const auto under = [&](const Expr& e) {
    return query.substr(static_cast<std::size_t>(e.position.start),
                        static_cast<std::size_t>(e.position.end - e.position.start));
  };
  EXPECT_EQ(under(**expr), GetParam().whole);
  std::vector<std::string> children;
  for (const Expr* operand : operands(**expr)) children.push_back(under(*operand));
  EXPECT_EQ(children, GetParam().children);
}
INSTANTIATE_TEST_SUITE_P(
    Nodes, PositionsOf,
    testing::Values(Ranges{" foo ", "foo", {}}, Ranges{"foo{a=\"b\"} ", "foo{a=\"b\"}", {}},
                    Ranges{"foo offset 5m ", "foo offset 5m", {}}, Ranges{"foo @ 5 ", "foo @ 5", {}},
                    Ranges{" foo[5m] @ start() ", "foo[5m] @ start()", {"foo"}},
                    Ranges{"foo[5m:1m] offset 1m", "foo[5m:1m] offset 1m", {"foo"}}, Ranges{"- foo", "- foo", {"foo"}},
                    Ranges{" - 5 ", "- 5", {}}, Ranges{"( 1 + foo ) ", "( 1 + foo )", {"1 + foo"}},
                    Ranges{"a + on (x) b", "a + on (x) b", {"a", "b"}},
                    Ranges{" rate( foo[5m] ) ", "rate( foo[5m] )", {"foo[5m]"}},
                    Ranges{" sum( foo ) by (x) ", "sum( foo ) by (x)", {"foo"}},
                    Ranges{"sum by (x) (foo) ", "sum by (x) (foo)", {"foo"}},
                    Ranges{
                        "quantile_over_time(0.5, foo[5m])", "quantile_over_time(0.5, foo[5m])", {"0.5", "foo[5m]"}}));

}  // namespace
}  // namespace sluice::promql
