#include "promql/syntax/parser.h"

#include "promql/syntax/parser_core.h"
#include "promql/syntax/type_check.h"

namespace sluice::promql {
namespace {

std::optional<Error> too_long(std::string_view text, const ParserOptions& options) {
  if (text.size() <= options.text_bytes_max) return std::nullopt;
  return Error(Errc::invalid_argument, "1:1: parse error: the query has " + std::to_string(text.size()) +
                                           " bytes, more than the limit of " + std::to_string(options.text_bytes_max) +
                                           "; shorten it, for example with a regular expression instead of many names");
}

}  // namespace

Result<ExprPtr> parse(std::string_view text, const ParserOptions& options) {
  if (auto error = too_long(text, options)) return tl::unexpected<Error>(std::move(*error));
  ParserCore parser(text, options);
  ExprPtr expr = parser.whole_expression();
  if (!expr) return tl::unexpected<Error>(to_error(parser.error(), text));
  if (const auto error = check_types(*expr, text)) return tl::unexpected<Error>(to_error(*error, text));
  return expr;
}

// Types are not checked here: whether a selector may match everything is for the endpoint to say.
Result<std::vector<Matcher>> parse_selector(std::string_view text, const ParserOptions& options) {
  if (auto error = too_long(text, options)) return tl::unexpected<Error>(std::move(*error));
  ParserCore parser(text, options);
  const auto selector = parser.whole_selector();
  if (!selector) return tl::unexpected<Error>(to_error(parser.error(), text));
  return std::move(selector->matchers);
}

Result<Labels> parse_metric(std::string_view text) {
  const ParserOptions options;
  if (auto error = too_long(text, options)) return tl::unexpected<Error>(std::move(*error));
  ParserCore parser(text, options);
  auto labels = parser.whole_metric();
  if (!labels) return tl::unexpected<Error>(to_error(parser.error(), text));
  return std::move(*labels);
}

}  // namespace sluice::promql
