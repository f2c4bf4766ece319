// promql/syntax/parser_core.h
//
// Room: promql/syntax. The recursive-descent parser behind parser.h; its rules live in four files:
//   expression_parser.cc  operators and operands       call_parser.cc      calls, aggregations, label lists
//   selector_parser.cc    selectors and metrics        duration_parser.cc  [], offset, @
// Every rule answers the node, or null when the text is wrong; only the first error is kept, as in Prometheus.
// Tokens are read on demand and never further than the rule needs, so that errors come in Prometheus's order.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/syntax/lexer.h"
#include "promql/syntax/parser.h"

namespace sluice::promql {

struct SyntaxError {
  PositionRange at;
  std::string message;
};
// What a rule answers when the text is wrong, whatever it would have answered otherwise.
struct Nothing {
  operator bool() const { return false; }              // NOLINT(google-explicit-constructor): that is its purpose
  operator TimeModifiers*() const { return nullptr; }  // NOLINT(google-explicit-constructor)
  template <class Node>
  operator std::unique_ptr<Node>() const {  // NOLINT(google-explicit-constructor)
    return nullptr;
  }
};

Error to_error(const SyntaxError& error, std::string_view query);  // "LINE:COL: parse error: MESSAGE"

class ParserCore {
 public:
  ParserCore(std::string_view text, const ParserOptions& options) : options_(options), lexer_(text) {}

  ExprPtr whole_expression();
  std::unique_ptr<VectorSelector> whole_selector();
  std::optional<Labels> whole_metric();
  const SyntaxError& error() const { return *error_; }  // after a rule answered nothing

 private:
  // Where Prometheus's grammar catches a bad token, and what it says it wanted there.
  struct Place {
    const char* context;
    const char* expected;
  };
  // One more level of recursion while it lives.
  class Nesting {
   public:
    explicit Nesting(ParserCore& parser) : parser_(parser) { ++parser_.nesting_; }
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    bool too_deep() const { return parser_.nesting_ > parser_.options_.depth_max; }

   private:
    ParserCore& parser_;
  };

  // expression_parser.cc
  ExprPtr expression(int precedence_min);
  ExprPtr operand();
  ExprPtr primary();
  ExprPtr named(const Token& name);
  ExprPtr parenthesised();
  ExprPtr unary();
  ExprPtr binary(ExprPtr lhs);
  bool binary_modifiers(Binary& node);
  bool grouping_modifier(VectorMatching& matching);
  bool fill_or_operand_follows();
  bool fill_modifiers(VectorMatching& matching);
  bool fill_value(std::optional<double>& value);
  ExprPtr number();
  ExprPtr string();
  bool expression_may_start();

  // call_parser.cc
  ExprPtr call(const Token& name);
  ExprPtr aggregation(const Token& name);
  ExprPtr check_aggregation(std::unique_ptr<Aggregation> node, std::vector<ExprPtr> arguments);
  bool aggregation_grouping(Aggregation& node);
  std::optional<std::vector<ExprPtr>> call_arguments();
  bool next_argument(std::vector<ExprPtr>& arguments);
  std::optional<std::vector<std::string>> label_list();
  bool label_list_item(std::vector<std::string>& labels);

  // selector_parser.cc
  std::unique_ptr<VectorSelector> selector(const Token* name);
  bool matchers(std::vector<Matcher>& matchers);
  bool matcher(std::vector<Matcher>& matchers);
  bool add_matcher(std::vector<Matcher>& matchers, const Token& label, Matcher::Op op, std::string name,
                   std::string value);
  bool label_pairs(std::vector<Label>& labels);
  bool label_pair(std::vector<Label>& labels);

  // duration_parser.cc
  ExprPtr postfix(ExprPtr operand);
  ExprPtr range_or_subquery(ExprPtr operand);
  ExprPtr matrix(ExprPtr operand, ExprPtr range, PositionRange brackets);
  ExprPtr subquery(ExprPtr operand, ExprPtr range);
  ExprPtr offset(ExprPtr operand);
  ExprPtr at_modifier(ExprPtr operand);
  ExprPtr at_number(ExprPtr operand);
  ExprPtr at_preprocessor(ExprPtr operand);
  ExprPtr set_at(ExprPtr operand, AtKind kind, std::int64_t ms);
  ExprPtr extended(ExprPtr operand, const Token& keyword);
  TimeModifiers* modifiers_of(Expr& operand, const char* what);
  ExprPtr positive_duration(const Place& place);
  ExprPtr duration(int precedence_min, const Place& place);
  ExprPtr duration_operand(const Place& place);
  ExprPtr duration_atom(const Place& place);
  ExprPtr duration_call(const Place& place);
  ExprPtr duration_in_parentheses(const Place& place);
  ExprPtr duration_binary(ExprPtr lhs, const Place& place);
  ExprPtr offset_value(const Place& place);
  ExprPtr signed_literal(const std::vector<Token>& signs);
  ExprPtr signed_duration(const Token& sign, ExprPtr operand);
  ExprPtr signed_call(const Token& sign, ExprPtr operand);
  ExprPtr duration_literal();
  bool duration_expressions_allowed(const Expr& at);

  // parser_core.cc
  const Token& peek();
  Token take();
  bool next_is(TokenKind kind) { return peek().kind == kind; }
  bool take_if(TokenKind kind);
  bool next_is_sign();
  bool failed() const { return error_.has_value(); }
  Nothing fail_at(PositionRange at, std::string message);
  Nothing unexpected();  // in no special place
  Nothing unexpected(const Place& place);
  Nothing too_deep(PositionRange at);
  std::optional<double> number_value(const Token& token);

  // Gives the node its height; refuses it when the tree becomes deeper than the limit.
  template <class Node>
  std::unique_ptr<Node> finish(std::unique_ptr<Node> node, std::initializer_list<const Expr*> children) {
    for (const Expr* child : children)
      if (child) node->height = std::max(node->height, child->height + 1);
    if (node->height <= options_.depth_max) return node;
    return too_deep(node->position);
  }

  const ParserOptions options_;
  Lexer lexer_;
  std::optional<Token> next_;
  std::int32_t taken_end_ = 0;  // behind the token taken last
  std::size_t nesting_ = 0;
  std::size_t aggregations_open_ = 0;  // their grammar rule catches what no other rule explains
  std::optional<SyntaxError> error_;
};

}  // namespace sluice::promql
