// promql/syntax/parser.h
//
// Room: promql/syntax. Text to a type-checked AST, and back.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/error.h"
#include "proto/model/labels.h"
#include "promql/syntax/ast.h"

namespace sluice::promql {

// Which of Prometheus's feature flags the language is read with. Sluice's defaults: everything on that cannot change
// the meaning of a query that parses without it.
struct ParserOptions {
  bool experimental_functions = true;
  bool duration_expressions = true;
  bool extended_range_selectors = true;  // anchored, smoothed
  bool binop_fill_modifiers = true;
  std::size_t text_bytes_max = 256 * 1024;  // longer queries are refused before they are read
  std::size_t depth_max = 500;              // nesting: the parser and everything after it recurse
};

// The error text is Prometheus's: "LINE:COL: parse error: MESSAGE". invalid_argument always.
Result<ExprPtr> parse(std::string_view text, const ParserOptions& options = {});

// For `match[]`: a vector selector without modifiers. Same error texts.
Result<std::vector<Matcher>> parse_selector(std::string_view text, const ParserOptions& options = {});

// For series notation of test scripts and error texts: name{l="v",...}.
Result<Labels> parse_metric(std::string_view text);

std::string canonical_text(const Expr& expr);  // what /rules and step-invariance print
std::string pretty_text(const Expr& expr);     // what /format_query answers
std::string parse_query_json(const Expr& expr);  // the data of /parse_query

std::string duration_text(std::int64_t ms);                  // "1h30m", "0s"
Result<std::int64_t> parse_duration_ms(std::string_view text);  // "5m", "1h30m", "0"

}  // namespace sluice::promql
