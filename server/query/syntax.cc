#include "server/query/syntax.h"

#include "promql/syntax/parser.h"
#include "server/query/json/text.h"

namespace sluice::server::query {

Answer answer_format_query(const Call& call) {
  const auto expr = promql::parse(call.form.get("query"), call.parser());
  if (!expr) return invalid_parameter("query", expr.error().detail());
  std::string data;
  json::append_text(data, promql::pretty_text(**expr));
  return success(data);
}

Answer answer_parse_query(const Call& call) {
  const auto expr = promql::parse(call.form.get("query"), call.parser());
  if (!expr) return invalid_parameter("query", expr.error().detail());
  return success(promql::parse_query_json(**expr));
}

}  // namespace sluice::server::query
