// format_query's text: what fits stays on one line, what does not is split and indented.
#include "promql/syntax/parser.h"
#include "promql/syntax/printer.h"

namespace sluice::promql {
namespace {

constexpr std::size_t kLineBytesMax = 100;

std::string pretty(const Expr& expr, std::size_t level);

std::string indent(std::size_t level) { return std::string(2 * level, ' '); }

std::string pretty_aggregation(const Aggregation& node, std::size_t level) {
  std::string out = indent(level) + aggregation_head(node) + "(\n";
  if (node.parameter) out += pretty(*node.parameter, level + 1) + ",\n";
  return out + pretty(*node.expr, level + 1) + "\n" + indent(level) + ")";
}

std::string pretty_binary(const Binary& node, std::size_t level) {
  return pretty(*node.lhs, level + 1) + "\n" + indent(level) + operator_text(node) + "\n" +
         pretty(*node.rhs, level + 1);
}

std::string pretty_call(const Call& node, std::size_t level) {
  std::string out = indent(level) + node.function->name + "(\n";
  for (std::size_t i = 0; i < node.arguments.size(); ++i)
    out += (i == 0 ? "" : ",\n") + pretty(*node.arguments[i], level + 1);
  return out + "\n" + indent(level) + ")";
}

std::string pretty_paren(const Paren& node, std::size_t level) {
  return indent(level) + "(\n" + pretty(*node.expr, level + 1) + "\n" + indent(level) + ")";
}

std::string pretty_unary(const Unary& node, std::size_t level) {
  const std::string child = pretty(*node.expr, level);
  return indent(level) + (node.negative ? "-" : "+") + child.substr(child.find_first_not_of(' '));
}

std::string pretty(const Expr& expr, std::size_t level) {
  std::string line = canonical_text(expr);
  if (line.size() <= kLineBytesMax) {
    const bool flush_left = expr.kind == ExprKind::subquery;  // Prometheus forgets to indent these
    return flush_left ? line : indent(level) + line;
  }
  switch (expr.kind) {
    case ExprKind::aggregation: return pretty_aggregation(as<Aggregation>(expr), level);
    case ExprKind::binary: return pretty_binary(as<Binary>(expr), level);
    case ExprKind::call: return pretty_call(as<Call>(expr), level);
    case ExprKind::paren: return pretty_paren(as<Paren>(expr), level);
    case ExprKind::unary: return pretty_unary(as<Unary>(expr), level);
    case ExprKind::subquery: return pretty(*as<Subquery>(expr).expr, level) + subquery_suffix(as<Subquery>(expr));
    default: return indent(level) + line;  // literals and selectors never split
  }
}

}  // namespace

std::string pretty_text(const Expr& expr) { return pretty(expr, 0); }

}  // namespace sluice::promql
