#include "server/query/rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "proto/model/labels.h"
#include "server/query/parameters.h"

namespace sluice::server::query {
namespace {

Parameter<void> check_type(const Form& form) {
  std::string type(form.get("type"));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (type.empty() || type == "alert" || type == "record") return {};
  return invalid_parameter("type", "not supported value " + go_quoted(type));
}

// What Go's ParseBool accepts.
Parameter<void> check_exclude_alerts(const Form& form) {
  static constexpr std::array<std::string_view, 12> kBooleans = {"1", "t", "T", "TRUE",  "true",  "True",
                                                                 "0", "f", "F", "FALSE", "false", "False"};
  const std::string_view text = form.get("exclude_alerts");
  if (text.empty() || std::find(kBooleans.begin(), kBooleans.end(), text) != kBooleans.end()) return {};
  return invalid_parameter("exclude_alerts", "error converting exclude_alerts: strconv.ParseBool: parsing " +
                                                 go_quoted(text) + ": invalid syntax");
}

Parameter<void> check_pages(const Form& form) {
  const std::string_view limit_text = form.get("group_limit"), token = form.get("group_next_token");
  if (limit_text.empty() && token.empty()) return {};
  if (limit_text.empty())
    return invalid_parameter("group_next_token",
                             "group_limit needs to be present in order to paginate over the groups");
  const auto limit = parse_integer(limit_text, "ParseInt");
  if (!limit)
    return invalid_parameter("group_limit", "group_limit needs to be a valid number: " + limit.error().detail());
  if (*limit <= 0) return invalid_parameter("group_limit", "group_limit needs to be greater than 0");
  if (token.empty()) return {};
  return invalid_parameter("group_next_token",
                           "invalid group_next_token '" + std::string(token) + "'. were rule groups changed?");
}

}  // namespace

Answer answer_rules(const Call& call) {
  if (const auto selectors = read_selectors(call.form, call.parser()); !selectors)
    return tl::unexpected(selectors.error());
  for (const auto check : {check_type, check_exclude_alerts, check_pages})
    if (const auto checked = check(call.form); !checked) return tl::unexpected(checked.error());
  return success("{\"groups\":[]}");
}

Answer answer_alerts(const Call&) { return success("{\"alerts\":[]}"); }

}  // namespace sluice::server::query
