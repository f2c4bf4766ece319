#include "server/query/parameters.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "proto/model/labels.h"
#include "server/query/time_text.h"

namespace sluice::server::query {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

bool selects_something(const std::vector<Matcher>& matchers) {
  return std::any_of(matchers.begin(), matchers.end(), [](const Matcher& m) { return !m.matches_empty(); });
}

}  // namespace

Result<std::int64_t> parse_integer(std::string_view text, const char* go_function) {
  const auto refuse = [&](const char* reason) {
    return fail(Errc::invalid_argument,
                std::string("strconv.") + go_function + ": parsing " + go_quoted(text) + ": " + reason);
  };
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.substr(1).starts_with('-')) digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size() || error == std::errc::invalid_argument) return refuse("invalid syntax");
  if (error != std::errc()) return refuse("value out of range");
  return value;
}

Parameter<std::size_t> read_limit(const Form& form) {
  const std::string_view text = form.get("limit");
  if (text.empty()) return kNoLimit;
  const auto limit = parse_integer(text);
  if (!limit) return invalid_parameter("limit", limit.error().detail());
  if (*limit < 0) return invalid_parameter("limit", "limit must be non-negative");
  return *limit == 0 ? kNoLimit : static_cast<std::size_t>(*limit);
}

Parameter<Moment> read_time(const Form& form, std::string_view name, const Moment& otherwise) {
  const std::string_view text = form.get(name);
  if (text.empty()) return otherwise;
  const auto time = parse_time(text);
  if (time) return *time;
  return invalid_parameter(name, "invalid time value for '" + std::string(name) + "': " + time.error().detail());
}

Parameter<Moment> read_required_time(const Form& form, std::string_view name) {
  const auto time = parse_time(form.get(name));
  if (time) return *time;
  return invalid_parameter(name, time.error().detail());
}

Parameter<std::int64_t> read_timeout_ms(const Form& form, std::int64_t longest_ms) {
  const std::string_view text = form.get("timeout");
  if (text.empty()) return longest_ms;
  const auto timeout = parse_duration_ns(text);
  if (!timeout) return invalid_parameter("timeout", timeout.error().detail());
  return std::clamp<std::int64_t>(*timeout / kNsPerMs, 0, longest_ms);
}

Parameter<std::optional<std::int64_t>> read_lookback_ms(const Form& form) {
  const std::string_view text = form.get("lookback_delta");
  if (text.empty()) return std::nullopt;
  const auto lookback = parse_duration_ns(text);
  if (!lookback) return bad_data("error parsing lookback delta duration: " + lookback.error().detail());
  if (*lookback <= 0) return std::nullopt;
  return *lookback / kNsPerMs;
}

Parameter<Selectors> read_selectors(const Form& form, const promql::ParserOptions& options, SelectorErrors errors) {
  const auto refuse = [&](std::string text) {
    return errors == SelectorErrors::named ? invalid_parameter("match[]", text) : bad_data(std::move(text));
  };
  const std::vector<std::string> texts = form.all("match[]");
  if (texts.size() > kSelectorsMax)
    return bad_data("too many match[] parameters: got " + std::to_string(texts.size()) + ", maximum is " +
                    std::to_string(kSelectorsMax));
  Selectors selectors;
  for (const std::string& text : texts) {
    auto matchers = promql::parse_selector(text, options);
    if (!matchers) return refuse(matchers.error().detail());
    selectors.push_back(std::move(*matchers));
  }
  if (!std::all_of(selectors.begin(), selectors.end(), selects_something))
    return refuse("match[] must contain at least one non-empty matcher");
  return selectors;
}

Parameter<SeriesQuestion> read_series_question(const Form& form, const promql::ParserOptions& options,
                                               SelectorErrors errors) {
  SeriesQuestion question;
  const auto limit = read_limit(form);
  if (!limit) return tl::unexpected(limit.error());
  const auto start = read_time(form, "start", Moment::first());
  if (!start) return tl::unexpected(start.error());
  const auto end = read_time(form, "end", Moment::last());
  if (!end) return tl::unexpected(end.error());
  auto selectors = read_selectors(form, options, errors);
  if (!selectors) return tl::unexpected(selectors.error());
  question.limit = *limit;
  question.range = {start->range_ms(), end->range_ms()};
  question.selectors = std::move(*selectors);
  return question;
}

}  // namespace sluice::server::query
