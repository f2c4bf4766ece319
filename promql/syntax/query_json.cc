// The data of /api/v1/parse_query: the AST as Prometheus writes it. Keys in alphabetical order, as Go's maps are.
#include <cmath>
#include <cstdio>

#include "promql/syntax/go_text.h"
#include "promql/syntax/parser.h"
#include "proto/base/number_text.h"

namespace sluice::promql {
namespace {

void write(std::string& out, const Expr& expr);

// Strings in ordinary JSON structures are HTML-escaped by Go.
std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = decode_rune(text, i);
    const bool special = rune.value < 0x20 || rune.value == '<' || rune.value == '>' || rune.value == '&' ||
                         rune.value == 0x2028 || rune.value == 0x2029;
    char escaped[8];
    if (rune.value == '"' || rune.value == '\\') {
      out += '\\';
      out += static_cast<char>(rune.value);
    } else if (special) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(rune.value));
      out += escaped;
    } else {
      append_utf8(out, rune.value);
    }
    i += rune.bytes;
  }
  return out + '"';
}

const char* json_bool(bool value) { return value ? "true" : "false"; }

const char* type_name(ValueType type) {
  switch (type) {
    case ValueType::vector: return "\"vector\"";
    case ValueType::matrix: return "\"matrix\"";
    case ValueType::scalar: return "\"scalar\"";
    case ValueType::string: return "\"string\"";
    case ValueType::none: return "\"none\"";
  }
  __builtin_unreachable();
}

template <class Items, class Write>
void write_list(std::string& out, const Items& items, Write write_item) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write_item(item);
  }
  out += ']';
}

void write_strings(std::string& out, const std::vector<std::string>& items) {
  write_list(out, items, [&](const std::string& item) { out += json_string(item); });
}

void write_or_null(std::string& out, const char* key, const ExprPtr& expr) {
  out += key;
  if (expr) {
    write(out, *expr);
  } else {
    out += "null";
  }
}

const char* matcher_op(Matcher::Op op) {
  switch (op) {
    case Matcher::Op::equal: return "=";
    case Matcher::Op::not_equal: return "!=";
    case Matcher::Op::regex: return "=~";
    case Matcher::Op::not_regex: return "!~";
  }
  __builtin_unreachable();
}

void write_matchers(std::string& out, const std::vector<Matcher>& matchers) {
  out += "\"matchers\":";
  write_list(out, matchers, [&](const Matcher& m) {
    out += "{\"name\":" + json_string(m.name()) + ",\"type\":\"" + matcher_op(m.op()) +
           "\",\"value\":" + json_string(m.value()) + "}";
  });
}

void write_offset(std::string& out, const TimeModifiers& time) {
  out += "\"offset\":" + std::to_string(time.offset_ms);
  write_or_null(out, ",\"offsetExpr\":", time.offset_expr);
}

void write_at(std::string& out, const TimeModifiers& time) {
  const char* preprocessor = time.at == AtKind::start ? "\"start\"" : time.at == AtKind::end ? "\"end\"" : "null";
  out += std::string("\"startOrEnd\":") + preprocessor + ",";
  out += "\"timestamp\":" + (time.at == AtKind::timestamp ? std::to_string(time.at_ms) : std::string("null"));
}

void write_aggregation(std::string& out, const Aggregation& node) {
  write_or_null(out, "{\"expr\":", node.expr);
  out += ",\"grouping\":";
  write_strings(out, node.grouping);
  out += std::string(",\"op\":\"") + name(node.op) + "\"";
  write_or_null(out, ",\"param\":", node.parameter);
  out += std::string(",\"type\":\"aggregation\",\"without\":") + json_bool(node.without) + "}";
}

const char* cardinality_name(MatchCardinality cardinality) {
  switch (cardinality) {
    case MatchCardinality::one_to_one: return "one-to-one";
    case MatchCardinality::many_to_one: return "many-to-one";
    case MatchCardinality::one_to_many: return "one-to-many";
    case MatchCardinality::many_to_many: return "many-to-many";
  }
  __builtin_unreachable();
}

// JSON has no number for NaN and the infinities, over which Prometheus fails.
std::string fill_value(const std::optional<double>& value) {
  if (!value) return "null";
  return std::isfinite(*value) ? plain_number(*value) : "\"" + plain_number(*value) + "\"";
}

void write_matching(std::string& out, const std::optional<VectorMatching>& matching) {
  out += "\"matching\":";
  if (!matching) {
    out += "null";
    return;
  }
  out += std::string("{\"card\":\"") + cardinality_name(matching->cardinality) +
         "\",\"fillValues\":{\"lhs\":" + fill_value(matching->fill_left) +
         ",\"rhs\":" + fill_value(matching->fill_right) + "},\"include\":";
  write_strings(out, matching->include);
  out += ",\"labels\":";
  write_strings(out, matching->labels);
  out += std::string(",\"on\":") + json_bool(matching->on) + "}";
}

void write_binary(std::string& out, const Binary& node) {
  out += std::string("{\"bool\":") + json_bool(node.return_bool);
  write_or_null(out, ",\"lhs\":", node.lhs);
  out += ',';
  write_matching(out, node.matching);
  out += ",\"op\":" + json_string(text(node.op));
  write_or_null(out, ",\"rhs\":", node.rhs);
  out += ",\"type\":\"binaryExpr\"}";
}

void write_call(std::string& out, const Call& node) {
  out += "{\"args\":";
  write_list(out, node.arguments, [&](const ExprPtr& argument) { write(out, *argument); });
  out += ",\"func\":{\"argTypes\":";
  write_list(out, node.function->argument_types, [&](ValueType type) { out += type_name(type); });
  out += ",\"name\":" + json_string(node.function->name) + ",\"returnType\":" + type_name(node.function->return_type) +
         ",\"variadic\":" + std::to_string(node.function->variadic) + "},\"type\":\"call\"}";
}

// What vector and matrix selectors have in common.
void write_selector(std::string& out, const VectorSelector& node) {
  out += std::string("\"anchored\":") + json_bool(node.anchored) + ",";
  write_matchers(out, node.matchers);
  out += ",\"name\":" + json_string(node.name) + ",";
  write_offset(out, node.time);
  out += std::string(",\"smoothed\":") + json_bool(node.smoothed) + ",";
  write_at(out, node.time);
}

void write_matrix(std::string& out, const MatrixSelector& node) {
  out += "{";
  write_selector(out, *node.selector);
  out += ",\"range\":" + std::to_string(node.range_ms);
  write_or_null(out, ",\"rangeExpr\":", node.range_expr);
  out += ",\"type\":\"matrixSelector\"}";
}

void write_subquery(std::string& out, const Subquery& node) {
  write_or_null(out, "{\"expr\":", node.expr);
  out += ',';
  write_offset(out, node.time);
  out += ",\"range\":" + std::to_string(node.range_ms);
  write_or_null(out, ",\"rangeExpr\":", node.range_expr);
  out += ',';
  write_at(out, node.time);
  out += ",\"step\":" + std::to_string(node.step_ms);
  write_or_null(out, ",\"stepExpr\":", node.step_expr);
  out += ",\"type\":\"subquery\"}";
}

const char* duration_op(DurationOp op) {
  switch (op) {
    case DurationOp::add:
    case DurationOp::plus: return "+";
    case DurationOp::sub:
    case DurationOp::negate: return "-";
    case DurationOp::mul: return "*";
    case DurationOp::div: return "/";
    case DurationOp::mod: return "%";
    case DurationOp::pow: return "^";
    case DurationOp::step: return "step";
    case DurationOp::range: return "range";
    case DurationOp::min_of: return "min_of";
    case DurationOp::max_of: return "max_of";
  }
  __builtin_unreachable();
}

// `duration` is said of literals inside duration expressions only.
void write_duration_operand(std::string& out, const char* key, const ExprPtr& expr) {
  if (!expr || expr->kind != ExprKind::number_literal) return write_or_null(out, key, expr);
  const auto& literal = as<NumberLiteral>(*expr);
  out += std::string(key) + "{\"duration\":" + json_bool(literal.is_duration) +
         ",\"type\":\"numberLiteral\",\"val\":\"" + plain_number(literal.value) + "\"}";
}

void write_duration(std::string& out, const DurationExpr& node) {
  write_duration_operand(out, "{\"lhs\":", node.lhs);
  out += std::string(",\"op\":\"") + duration_op(node.op) + "\"";
  write_duration_operand(out, ",\"rhs\":", node.rhs);
  out += std::string(",\"type\":\"durationExpr\",\"wrapped\":") + json_bool(node.wrapped) + "}";
}

void write(std::string& out, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::number_literal:
      out += "{\"type\":\"numberLiteral\",\"val\":\"" + plain_number(as<NumberLiteral>(expr).value) + "\"}";
      return;
    case ExprKind::string_literal:
      out += "{\"type\":\"stringLiteral\",\"val\":" + json_string(as<StringLiteral>(expr).value) + "}";
      return;
    case ExprKind::vector_selector:
      out += '{';
      write_selector(out, as<VectorSelector>(expr));
      out += ",\"type\":\"vectorSelector\"}";
      return;
    case ExprKind::paren:
      write_or_null(out, "{\"expr\":", as<Paren>(expr).expr);
      out += ",\"type\":\"parenExpr\"}";
      return;
    case ExprKind::unary:
      write_or_null(out, "{\"expr\":", as<Unary>(expr).expr);
      out += std::string(",\"op\":\"") + (as<Unary>(expr).negative ? "-" : "+") + "\",\"type\":\"unaryExpr\"}";
      return;
    case ExprKind::matrix_selector: write_matrix(out, as<MatrixSelector>(expr)); return;
    case ExprKind::subquery: write_subquery(out, as<Subquery>(expr)); return;
    case ExprKind::call: write_call(out, as<Call>(expr)); return;
    case ExprKind::aggregation: write_aggregation(out, as<Aggregation>(expr)); return;
    case ExprKind::binary: write_binary(out, as<Binary>(expr)); return;
    case ExprKind::duration: write_duration(out, as<DurationExpr>(expr)); return;
  }
}

}  // namespace

std::string parse_query_json(const Expr& expr) {
  std::string out;
  write(out, expr);
  return out;
}

}  // namespace sluice::promql
