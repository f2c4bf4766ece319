#include "tests/promqltest/expectation.h"

#include "promql/syntax/parser.h"
#include "tests/promqltest/text.h"

namespace sluice::promqltest {
namespace {

tl::unexpected<Error> bad(std::string detail) { return fail(Errc::invalid_argument, std::move(detail)); }

Result<std::int64_t> take_time(std::string_view& text, std::string_view keyword) {
  const std::string_view word = take_word(text);
  if (word != keyword) return bad("expected '" + std::string(keyword) + "', got '" + std::string(word) + "'");
  std::string_view value = take_word(text);
  const bool negative = take_prefix(value, "-");
  return promql::parse_duration_ms(value).map([&](std::int64_t ms) { return negative ? -ms : ms; });
}

TextPattern pattern(std::string_view rest) {
  if (take_prefix(rest, "msg:")) return {TextPattern::Kind::message, std::string(trimmed(rest))};
  if (take_prefix(rest, "regex:")) return {TextPattern::Kind::regex, std::string(trimmed(rest))};
  return {};
}

Result<void> expect_string(std::string_view rest, Eval& eval) {
  const auto literal = promql::parse(rest);
  if (!literal || (*literal)->kind != promql::ExprKind::string_literal)
    return bad("expect string needs one quoted string");
  eval.string = promql::as<promql::StringLiteral>(**literal).value;
  return {};
}

Result<void> expect_range_vector(std::string_view rest, Eval& eval) {
  if (take_word(rest) != "vector") return bad("expect range vector from A to B step S");
  auto grid = take_time_grid(rest);
  if (!grid) return tl::unexpected<Error>(grid.error());
  eval.range_vector = *grid;
  return {};
}

Result<void> read_expect(std::string_view rest, Eval& eval) {
  const std::string_view what = take_word(rest);
  if (what == "ordered") return eval.ordered = true, Result<void>();
  if (what == "fail") return eval.failure = pattern(rest), Result<void>();
  if (what == "warn") return eval.warnings.push_back(pattern(rest)), Result<void>();
  if (what == "info") return eval.infos.push_back(pattern(rest)), Result<void>();
  if (what == "no_warn") return eval.no_warnings = true, Result<void>();
  if (what == "no_info") return eval.no_infos = true, Result<void>();
  if (what == "string") return expect_string(rest, eval);
  if (what == "range") return expect_range_vector(rest, eval);
  return bad("unknown expectation '" + std::string(what) + "'");
}

bool read_deprecated_failure(std::string_view line, Eval& eval) {
  if (take_prefix(line, "expected_fail_message ")) {
    eval.failure = TextPattern{TextPattern::Kind::message, std::string(trimmed(line))};
  } else if (take_prefix(line, "expected_fail_regexp ")) {
    eval.failure = TextPattern{TextPattern::Kind::regex, std::string(trimmed(line))};
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<TimeGrid> take_instant(std::string_view& text) {
  const auto at = take_time(text, "at");
  if (!at) return tl::unexpected<Error>(at.error());
  return TimeGrid{*at, *at, 0};
}

Result<TimeGrid> take_time_grid(std::string_view& text) {
  const auto from = take_time(text, "from");
  if (!from) return tl::unexpected<Error>(from.error());
  const auto to = take_time(text, "to");
  if (!to) return tl::unexpected<Error>(to.error());
  const auto step = take_time(text, "step");
  if (!step) return tl::unexpected<Error>(step.error());
  if (*to < *from) return bad("the end is before the start");
  if (*step <= 0) return bad("the step is not positive");
  return TimeGrid{*from, *to, *step};
}

Result<bool> read_expectation(std::string_view line, Eval& eval) {
  std::string_view rest = line;
  if (take_word(rest) == "expect") return read_expect(rest, eval).map([] { return true; });
  if (read_deprecated_failure(line, eval)) return false;
  if (const auto number = whole_number(line)) return eval.scalar = *number, false;
  auto series = parse_series_line(line);
  if (!series) return tl::unexpected<Error>(series.error());
  const bool one_value = series->values.size() == 1;
  if (!eval.range && !eval.range_vector && !one_value)
    return bad("an instant eval expects one value per series, not " + std::to_string(series->values.size()));
  eval.series.push_back(std::move(*series));
  return true;
}

Result<void> check_expectations(const Eval& eval) {
  if (eval.no_warnings && !eval.warnings.empty()) return bad("expects warnings and none");
  if (eval.no_infos && !eval.infos.empty()) return bad("expects infos and none");
  if (eval.range && (eval.range_vector || eval.string))
    return bad("a range eval answers neither range vector nor string");
  return {};
}

}  // namespace sluice::promqltest
