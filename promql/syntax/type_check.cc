#include "promql/syntax/type_check.h"

#include <algorithm>
#include <set>

#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

bool scalar_or_vector(ValueType type) { return type == ValueType::scalar || type == ValueType::vector; }

// Prometheus's internal name; only one error text uses it.
std::string internal_name(ValueType type) {
  if (type == ValueType::vector) return "vector";
  return type == ValueType::matrix ? "matrix" : documented_name(type);
}

class TypeChecker {
 public:
  explicit TypeChecker(std::string_view query) : query_(query) {}

  ValueType check(Expr& expr);
  std::optional<SyntaxError> error;

 private:
  void check_aggregation(Aggregation& node);
  void check_binary(Binary& node);
  void check_binary_operator(const Binary& node);
  void check_matching(Binary& node, ValueType left, ValueType right);
  void check_set_matching(const Binary& node);
  void check_call(Call& node);
  void check_argument_count(const Call& node);
  void check_info_selector(Call& node);
  void check_arguments(Call& node);
  void check_unary(Unary& node);
  void check_subquery(Subquery& node);
  void check_selector(const VectorSelector& node);
  void check_name_set_once(const VectorSelector& node);
  void expect(Expr& expr, ValueType wanted, const std::string& context);
  void fail(PositionRange at, std::string message);
  PositionRange operator_range(const Binary& node) const;

  const std::string_view query_;
  std::set<const Expr*> info_selectors_;  // the second arguments of info(): may match everything
};

ValueType TypeChecker::check(Expr& expr) {
  if (error) return ValueType::none;
  switch (expr.kind) {
    case ExprKind::aggregation: check_aggregation(as<Aggregation>(expr)); break;
    case ExprKind::binary: check_binary(as<Binary>(expr)); break;
    case ExprKind::call: check_call(as<Call>(expr)); break;
    case ExprKind::paren: check(*as<Paren>(expr).expr); break;
    case ExprKind::unary: check_unary(as<Unary>(expr)); break;
    case ExprKind::subquery: check_subquery(as<Subquery>(expr)); break;
    case ExprKind::matrix_selector: check_selector(*as<MatrixSelector>(expr).selector); break;
    case ExprKind::vector_selector: check_selector(as<VectorSelector>(expr)); break;
    case ExprKind::number_literal:
    case ExprKind::string_literal:
    case ExprKind::duration: break;
  }
  return type_of(expr);
}

void TypeChecker::fail(PositionRange at, std::string message) {
  if (!error) error = SyntaxError{at, std::move(message)};
}

void TypeChecker::expect(Expr& expr, ValueType wanted, const std::string& context) {
  const ValueType got = check(expr);
  if (got != wanted)
    fail(expr.position,
         std::string("expected type ") + documented_name(wanted) + " in " + context + ", got " + documented_name(got));
}

void TypeChecker::check_aggregation(Aggregation& node) {
  expect(*node.expr, ValueType::vector, "aggregation expression");
  if (!node.parameter) return;
  const ValueType wanted = node.op == AggregationOp::count_values ? ValueType::string : ValueType::scalar;
  expect(*node.parameter, wanted, "aggregation parameter");
}

// From the end of the left operand to the start of the right one, without white space before it.
PositionRange TypeChecker::operator_range(const Binary& node) const {
  const auto end = static_cast<std::size_t>(node.lhs->position.end);
  const std::size_t start = query_.find_first_not_of(" \t\n\r", end);
  return {static_cast<std::int32_t>(std::min(start, query_.size())), node.rhs->position.start};
}

void TypeChecker::check_binary(Binary& node) {
  const ValueType left = check(*node.lhs);
  const ValueType right = check(*node.rhs);
  if (is_set_operator(node.op) && node.matching->cardinality == MatchCardinality::one_to_one)
    node.matching->cardinality = MatchCardinality::many_to_many;
  check_binary_operator(node);
  for (const Expr* side : {node.lhs.get(), node.rhs.get()})
    if (!scalar_or_vector(type_of(*side)))
      fail(side->position, "binary expression must contain only scalar and instant vector types");
  check_matching(node, left, right);
  const bool has_scalar = left == ValueType::scalar || right == ValueType::scalar;
  if (has_scalar && is_set_operator(node.op))
    fail(node.position, "set operator \"" + std::string(text(node.op)) + "\" not allowed in binary scalar expression");
}

void TypeChecker::check_binary_operator(const Binary& node) {
  if (node.return_bool && !is_comparison(node.op))
    fail(operator_range(node), "bool modifier can only be used on comparison operators");
  if (is_comparison(node.op) && !node.return_bool && type_of(node) == ValueType::scalar)
    fail(operator_range(node), "comparisons between scalars must use BOOL modifier");
  if (!node.matching->on) return;
  for (const std::string& label : node.matching->labels)
    for (const std::string& included : node.matching->include)
      if (label == included)
        fail(operator_range(node), "label " + go_quoted(label) + " must not occur in ON and GROUP clause at once");
}

void TypeChecker::check_matching(Binary& node, ValueType left, ValueType right) {
  if (left == ValueType::vector && right == ValueType::vector) {
    if (is_set_operator(node.op)) check_set_matching(node);
    return;
  }
  if (!node.matching->labels.empty())
    fail(node.position, "vector matching only allowed between instant vectors");
  else if (node.matching->fill_left || node.matching->fill_right)
    fail(node.position, "filling in missing series only allowed between instant vectors");
  node.matching.reset();
}

void TypeChecker::check_set_matching(const Binary& node) {
  if (node.matching->cardinality != MatchCardinality::many_to_many)
    fail(node.position, "no grouping allowed for \"" + std::string(text(node.op)) + "\" operation");
  if (node.matching->fill_left || node.matching->fill_right)
    fail(node.position, "filling in missing series not allowed for set operators");
}

void TypeChecker::check_call(Call& node) {
  check_argument_count(node);
  if (node.function->name == "info" && node.arguments.size() > 1) check_info_selector(node);
  check_arguments(node);
}

void TypeChecker::check_argument_count(const Call& node) {
  const std::size_t declared = node.function->argument_types.size(), got = node.arguments.size();
  const int variadic = node.function->variadic;
  const auto complain = [&](const char* how, std::size_t wanted) {
    fail(node.position, std::string("expected ") + how + std::to_string(wanted) + " argument(s) in call to " +
                            go_quoted(node.function->name) + ", got " + std::to_string(got));
  };
  if (variadic == 0) {
    if (got != declared) complain("", declared);
    return;
  }
  const std::size_t required = declared - 1;
  if (got < required) return complain("at least ", required);
  if (variadic > 0 && got > required + static_cast<std::size_t>(variadic))
    complain("at most ", required + static_cast<std::size_t>(variadic));
}

// The second argument of info() looks like a selector but is a list of label matchers.
void TypeChecker::check_info_selector(Call& node) {
  Expr& selector = *node.arguments[1];
  if (type_of(selector) != ValueType::vector)
    return fail(node.position, std::string("expected type instant vector in call to function \"info\", got ") +
                                   documented_name(type_of(selector)));
  if (selector.kind != ExprKind::vector_selector) return fail(selector.position, "expected label selectors only");
  if (!as<VectorSelector>(selector).name.empty())
    return fail(selector.position, "expected label selectors only, got vector selector instead");
  info_selectors_.insert(&selector);
}

void TypeChecker::check_arguments(Call& node) {
  const auto& types = node.function->argument_types;
  for (std::size_t i = 0; i < node.arguments.size() && !types.empty(); ++i) {
    const ValueType wanted = types[std::min(i, types.size() - 1)];
    expect(*node.arguments[i], wanted, "call to function " + go_quoted(node.function->name));
  }
}

void TypeChecker::check_unary(Unary& node) {
  const ValueType type = check(*node.expr);
  if (!scalar_or_vector(type))
    fail(node.position, "unary expression only allowed on expressions of type scalar or instant vector, got " +
                            go_quoted(documented_name(type)));
}

void TypeChecker::check_subquery(Subquery& node) {
  const ValueType type = check(*node.expr);
  if (type != ValueType::vector)
    fail(node.position, "subquery is only allowed on instant vector, got " + internal_name(type) + " instead");
}

void TypeChecker::check_selector(const VectorSelector& node) {
  if (!node.name.empty()) return check_name_set_once(node);
  if (info_selectors_.contains(&node)) return;
  const auto selects = [](const Matcher& m) { return !m.matches_empty(); };
  if (std::none_of(node.matchers.begin(), node.matchers.end(), selects))
    fail(node.position, "vector selector must contain at least one non-empty matcher");
}

// The last matcher is that of the name before the braces.
void TypeChecker::check_name_set_once(const VectorSelector& node) {
  for (std::size_t i = 0; i + 1 < node.matchers.size(); ++i)
    if (node.matchers[i].name() == kMetricName)
      fail(node.position,
           "metric name must not be set twice: " + go_quoted(node.name) + " or " + go_quoted(node.matchers[i].value()));
}

}  // namespace

std::optional<SyntaxError> check_types(Expr& expr, std::string_view query) {
  TypeChecker checker(query);
  checker.check(expr);
  return std::move(checker.error);
}

}  // namespace sluice::promql
