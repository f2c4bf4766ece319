// Calls, aggregations and label lists.
#include "promql/syntax/number.h"
#include "promql/syntax/parser_core.h"
#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

constexpr int kAnyOperator = 1;

bool takes_parameter(AggregationOp op) {
  switch (op) {
    case AggregationOp::topk:
    case AggregationOp::bottomk:
    case AggregationOp::count_values:
    case AggregationOp::quantile:
    case AggregationOp::limitk:
    case AggregationOp::limit_ratio: return true;
    default: return false;
  }
}

bool is_experimental(AggregationOp op) { return op == AggregationOp::limitk || op == AggregationOp::limit_ratio; }

}  // namespace

ExprPtr ParserCore::call(const Token& name) {
  auto arguments = call_arguments();
  if (!arguments) return nullptr;
  auto node = std::make_unique<Call>();
  node->function = find_function(name.text);
  node->position = {name.start, taken_end_};
  if (!node->function) return fail_at(name.position(), "unknown function with name " + go_quoted(name.text));
  if (node->function->experimental && !options_.experimental_functions)
    return fail_at(name.position(), "function " + go_quoted(name.text) + " is not enabled");
  node->arguments = std::move(*arguments);
  std::uint32_t height = 0;
  for (const ExprPtr& argument : node->arguments) height = std::max(height, argument->height);
  node->height = height + 1;
  return finish(std::move(node), {});
}

// `(a, b)`; at least one argument where something stands between the parentheses.
std::optional<std::vector<ExprPtr>> ParserCore::call_arguments() {
  std::vector<ExprPtr> arguments;
  if (!take_if(TokenKind::left_paren)) return unexpected(), std::nullopt;
  if (take_if(TokenKind::right_paren)) return arguments;
  do {
    if (!next_argument(arguments)) return std::nullopt;
  } while (take_if(TokenKind::comma));
  if (!take_if(TokenKind::right_paren)) return unexpected(), std::nullopt;
  return arguments;
}

bool ParserCore::next_argument(std::vector<ExprPtr>& arguments) {
  const PositionRange comma = {taken_end_ - 1, taken_end_};  // what was taken last, unless this is the first argument
  if (!arguments.empty() && !expression_may_start()) {
    fail_at(comma, "trailing commas not allowed in function call args");
    return false;
  }
  ExprPtr argument = expression(kAnyOperator);
  if (!argument) return false;
  arguments.push_back(std::move(argument));
  return true;
}

// sum by (a) (x), or sum(x) by (a).
ExprPtr ParserCore::aggregation(const Token& name) {
  ++aggregations_open_;
  auto node = std::make_unique<Aggregation>();
  node->op = name.aggregation;
  const bool grouping_first = !next_is(TokenKind::left_paren);
  if (grouping_first && !aggregation_grouping(*node)) return nullptr;
  auto arguments = call_arguments();
  if (!arguments) return nullptr;
  const bool grouping_last = !grouping_first && (next_is(TokenKind::kw_by) || next_is(TokenKind::kw_without));
  if (grouping_last && !aggregation_grouping(*node)) return nullptr;
  --aggregations_open_;
  node->position = {name.start, taken_end_};
  return check_aggregation(std::move(node), std::move(*arguments));
}

ExprPtr ParserCore::check_aggregation(std::unique_ptr<Aggregation> node, std::vector<ExprPtr> arguments) {
  if (arguments.empty()) return fail_at(node->position, "no arguments for aggregate expression provided");
  if (is_experimental(node->op) && !options_.experimental_functions)
    return fail_at(node->position, std::string(name(node->op)) +
                                       "() is experimental and must be enabled with "
                                       "--enable-feature=promql-experimental-functions");
  const std::size_t wanted = takes_parameter(node->op) ? 2 : 1;
  if (arguments.size() != wanted)
    return fail_at(node->position, "wrong number of arguments for aggregate expression provided, expected " +
                                       std::to_string(wanted) + ", got " + std::to_string(arguments.size()));
  if (wanted == 2) node->parameter = std::move(arguments[0]);
  node->expr = std::move(arguments[wanted - 1]);
  const std::initializer_list<const Expr*> children = {node->parameter.get(), node->expr.get()};
  return finish(std::move(node), children);
}

bool ParserCore::aggregation_grouping(Aggregation& node) {
  node.without = take().kind == TokenKind::kw_without;
  auto labels = label_list();
  if (!labels) return false;
  node.grouping = std::move(*labels);
  return true;
}

// The parenthesised names of by, without, on, ignoring, group_left and group_right.
std::optional<std::vector<std::string>> ParserCore::label_list() {
  std::vector<std::string> labels;
  if (!take_if(TokenKind::left_paren)) return unexpected({"grouping opts", "\"(\""}), std::nullopt;
  while (!take_if(TokenKind::right_paren)) {
    if (!label_list_item(labels)) return std::nullopt;
    if (take_if(TokenKind::comma)) continue;
    if (!next_is(TokenKind::right_paren)) return unexpected({"grouping opts", "\",\" or \")\""}), std::nullopt;
  }
  return labels;
}

bool ParserCore::label_list_item(std::vector<std::string>& labels) {
  const bool quoted = next_is(TokenKind::string);
  if (!quoted && !is_grouping_label(peek())) return unexpected({"grouping opts", "label"});
  const Token token = take();
  std::string label = quoted ? unquote(token.text) : std::string(token.text);
  if (label.empty() || !is_valid_utf8(label)) {
    fail_at(token.position(), "invalid label name for grouping: " + go_quoted(label));
    return false;
  }
  labels.push_back(std::move(label));
  return true;
}

}  // namespace sluice::promql
