// Canonical PromQL text.
#include "promql/syntax/printer.h"

#include <algorithm>
#include <cstdio>

#include "promql/syntax/go_text.h"
#include "promql/syntax/number.h"
#include "promql/syntax/parser.h"
#include "proto/base/number_text.h"

namespace sluice::promql {
namespace {

void print(std::string& out, const Expr& expr);

// Appends the items with `separator` between them.
template <class Items, class Append>
void join(std::string& out, const Items& items, const char* separator, Append append) {
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += separator;
    first = false;
    append(item);
  }
}

std::string label_list(const std::vector<std::string>& labels) {
  std::string out = "(";
  join(out, labels, ", ", [&](const std::string& l) { out += is_classic_label_name(l) ? l : go_quoted(l); });
  return out + ")";
}

void print_number(std::string& out, const NumberLiteral& node) {
  out += node.is_duration ? duration_text(duration_ms(node.value)) : plain_number(node.value);
}

const char* duration_operator(DurationOp op) {
  switch (op) {
    case DurationOp::add: return " + ";
    case DurationOp::sub: return " - ";
    case DurationOp::mul: return " * ";
    case DurationOp::div: return " / ";
    case DurationOp::mod: return " % ";
    case DurationOp::pow: return " ^ ";
    case DurationOp::min_of:
    case DurationOp::max_of: return ", ";
    default: return "";  // the others have one operand or none
  }
}

const char* duration_prefix(DurationOp op) {
  switch (op) {
    case DurationOp::negate: return "-";
    case DurationOp::step: return "step(";
    case DurationOp::range: return "range(";
    case DurationOp::min_of: return "min_of(";
    case DurationOp::max_of: return "max_of(";
    default: return "";
  }
}

// Literals forget their parentheses, but without them `(-2) ^ 2` would become -(2 ^ 2).
void print_left_duration(std::string& out, const Expr& lhs, DurationOp op) {
  const bool negative = lhs.kind == ExprKind::number_literal && as<NumberLiteral>(lhs).value < 0;
  const bool enclose = negative && op == DurationOp::pow;
  if (enclose) out += '(';
  print(out, lhs);
  if (enclose) out += ')';
}

void print_duration(std::string& out, const DurationExpr& node) {
  if (node.wrapped) out += '(';
  const std::string prefix = duration_prefix(node.op);
  out += prefix;
  if (node.lhs) print_left_duration(out, *node.lhs, node.op);
  out += duration_operator(node.op);
  if (node.rhs) print(out, *node.rhs);
  if (prefix.ends_with('(')) out += ')';
  if (node.wrapped) out += ')';
}

void print_duration_value(std::string& out, std::int64_t ms, const ExprPtr& expr) {
  if (expr) {
    print(out, *expr);
  } else {
    out += duration_text(ms);
  }
}

void print_at(std::string& out, const TimeModifiers& time) {
  char seconds[48];
  switch (time.at) {
    case AtKind::none: return;
    case AtKind::start: out += " @ start()"; return;
    case AtKind::end: out += " @ end()"; return;
    case AtKind::timestamp:
      std::snprintf(seconds, sizeof seconds, " @ %.3f", static_cast<double>(time.at_ms) / 1000.0);
      out += seconds;
  }
}

void print_offset(std::string& out, const TimeModifiers& time) {
  if (time.offset_ms == 0 && !time.offset_expr) return;
  out += " offset ";
  print_duration_value(out, time.offset_ms, time.offset_expr);
}

void print_extended(std::string& out, const VectorSelector& node) {
  if (node.anchored) out += " anchored";
  if (node.smoothed) out += " smoothed";
}

// The name stands before the braces, so its matcher is not repeated in them.
void print_name_and_matchers(std::string& out, const VectorSelector& node) {
  std::vector<std::string> texts;
  for (const Matcher& m : node.matchers) {
    const bool is_name = !node.name.empty() && m.name() == kMetricName && m.op() == Matcher::Op::equal;
    if (!is_name || m.value() != node.name) texts.push_back(m.text());
  }
  std::sort(texts.begin(), texts.end());
  out += node.name;
  if (texts.empty() && !node.name.empty()) return;
  out += '{';
  join(out, texts, ",", [&](const std::string& t) { out += t; });
  out += '}';
}

void print_vector(std::string& out, const VectorSelector& node) {
  print_name_and_matchers(out, node);
  print_at(out, node.time);
  print_extended(out, node);
  print_offset(out, node.time);
}

void print_matrix(std::string& out, const MatrixSelector& node) {
  print_name_and_matchers(out, *node.selector);
  out += '[';
  print_duration_value(out, node.range_ms, node.range_expr);
  out += ']';
  print_extended(out, *node.selector);
  print_at(out, node.selector->time);
  print_offset(out, node.selector->time);
}

void print_call(std::string& out, const Call& node) {
  out += node.function->name + "(";
  join(out, node.arguments, ", ", [&](const ExprPtr& argument) { print(out, *argument); });
  out += ')';
}

void print_aggregation(std::string& out, const Aggregation& node) {
  out += aggregation_head(node) + "(";
  if (node.parameter) {
    print(out, *node.parameter);
    out += ", ";
  }
  print(out, *node.expr);
  out += ')';
}

void print_binary(std::string& out, const Binary& node) {
  print(out, *node.lhs);
  out += ' ' + operator_text(node) + ' ';
  print(out, *node.rhs);
}

void print(std::string& out, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::number_literal: print_number(out, as<NumberLiteral>(expr)); return;
    case ExprKind::string_literal: out += go_quoted(as<StringLiteral>(expr).value); return;
    case ExprKind::vector_selector: print_vector(out, as<VectorSelector>(expr)); return;
    case ExprKind::matrix_selector: print_matrix(out, as<MatrixSelector>(expr)); return;
    case ExprKind::call: print_call(out, as<Call>(expr)); return;
    case ExprKind::aggregation: print_aggregation(out, as<Aggregation>(expr)); return;
    case ExprKind::binary: print_binary(out, as<Binary>(expr)); return;
    case ExprKind::duration: print_duration(out, as<DurationExpr>(expr)); return;
    case ExprKind::subquery:
      print(out, *as<Subquery>(expr).expr);
      out += subquery_suffix(as<Subquery>(expr));
      return;
    case ExprKind::unary:
      out += as<Unary>(expr).negative ? '-' : '+';
      print(out, *as<Unary>(expr).expr);
      return;
    case ExprKind::paren:
      out += '(';
      print(out, *as<Paren>(expr).expr);
      out += ')';
      return;
  }
}

// NaN is not the same as NaN, as in Go.
std::string fill_text(const VectorMatching& matching) {
  const auto one = [](const char* keyword, const std::optional<double>& value) {
    return value ? keyword + general_number(*value) + ")" : std::string();
  };
  const bool both = matching.fill_left && matching.fill_right;
  if (both && *matching.fill_left == *matching.fill_right) return one(" fill (", matching.fill_left);
  return one(" fill_left (", matching.fill_left) + one(" fill_right (", matching.fill_right);
}

std::string matching_text(const VectorMatching& matching) {
  const bool left = matching.cardinality == MatchCardinality::many_to_one;
  const bool grouped = left || matching.cardinality == MatchCardinality::one_to_many;
  std::string out;
  if (matching.on || grouped || !matching.labels.empty())
    out += (matching.on ? " on " : " ignoring ") + label_list(matching.labels);
  if (grouped) out += (left ? " group_left " : " group_right ") + label_list(matching.include);
  return out + fill_text(matching);
}

}  // namespace

std::string aggregation_head(const Aggregation& node) {
  std::string out = name(node.op);
  if (node.without) return out + " without " + label_list(node.grouping) + " ";
  return node.grouping.empty() ? out : out + " by " + label_list(node.grouping) + " ";
}

std::string operator_text(const Binary& node) {
  std::string out = text(node.op);
  if (node.return_bool) out += " bool";
  return node.matching ? out + matching_text(*node.matching) : out;
}

std::string subquery_suffix(const Subquery& node) {
  std::string out = "[";
  print_duration_value(out, node.range_ms, node.range_expr);
  out += ':';
  if (node.step_expr || node.step_ms != 0) print_duration_value(out, node.step_ms, node.step_expr);
  out += ']';
  print_at(out, node.time);
  print_offset(out, node.time);
  return out;
}

std::string canonical_text(const Expr& expr) {
  std::string out;
  print(out, expr);
  return out;
}

}  // namespace sluice::promql
