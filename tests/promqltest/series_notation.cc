#include "tests/promqltest/series_notation.h"

#include "promql/syntax/parser.h"
#include "proto/model/sample.h"
#include "tests/promqltest/text.h"
#include "tests/support/histogram_model.h"

namespace sluice::promqltest {
namespace {

constexpr std::string_view kStartMark = "@st";

tl::unexpected<Error> bad_item(std::string_view item) {
  return fail(Errc::invalid_argument, "cannot read '" + std::string(item) + "' in a sequence of values");
}

// Where the braces that open at `at` close, strings skipped; npos when they do not.
std::size_t closing_brace(std::string_view line, std::size_t at) {
  char quote = 0;
  for (std::size_t i = at + 1; i < line.size(); ++i) {
    if (quote && line[i] == '\\' && quote != '`') {
      ++i;
    } else if (quote) {
      if (line[i] == quote) quote = 0;
    } else if (line[i] == '"' || line[i] == '\'' || line[i] == '`') {
      quote = line[i];
    } else if (line[i] == '}') {
      return i;
    }
  }
  return line.npos;
}

// The text of the metric, without what follows it; removed from `line`.
std::string_view take_metric(std::string_view& line) {
  line = trimmed(line);
  const std::size_t brace = line.find('{');
  std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
  if (brace < end) {
    const std::size_t closing = closing_brace(line, brace);
    end = closing == line.npos ? line.size() : closing + 1;
  }
  if (line.substr(0, end).ends_with(kStartMark)) end -= kStartMark.size();
  const std::string_view metric = line.substr(0, end);
  line.remove_prefix(end);
  return metric;
}

// `xN` at the end of an item; 0 when there is none.
Result<std::uint64_t> take_repeat(std::string_view& item) {
  if (!take_prefix(item, "x")) return 0;
  const auto times = whole_integer<std::uint64_t>(item);
  if (!times) return fail(Errc::invalid_argument, "no count after x in '" + std::string(item) + "'");
  if (*times > kRepeatMax)
    return fail(Errc::invalid_argument, "more than " + std::to_string(kRepeatMax) + " repetitions");
  item = {};
  return *times;
}

SequenceValue float_value(double value) {
  SequenceValue out;
  out.value = value;
  return out;
}

Result<void> read_omitted(std::string_view item, std::vector<SequenceValue>& values) {
  SequenceValue omitted;
  omitted.omitted = true;
  if (item.empty()) return values.push_back(omitted), Result<void>();
  const auto times = take_repeat(item);
  if (!times) return tl::unexpected<Error>(times.error());
  if (!item.empty()) return bad_item(item);
  values.insert(values.end(), *times, omitted);
  return {};
}

// v, vxN, a+bxN, a-bxN.
Result<void> read_floats(std::string_view item, std::vector<SequenceValue>& values) {
  const std::string_view whole = item;
  const auto first = take_number(item);
  if (!first) return bad_item(whole);
  double delta = 0;
  if (item.starts_with('+') || item.starts_with('-')) {
    const auto read = take_number(item);
    if (!read || !item.starts_with('x')) return bad_item(whole);
    delta = *read;
  }
  const auto times = take_repeat(item);
  if (!times) return tl::unexpected<Error>(times.error());
  if (!item.empty()) return bad_item(whole);
  double value = *first;
  values.push_back(float_value(value));
  for (std::uint64_t i = 0; i < *times; ++i) values.push_back(float_value(value += delta));
  return {};
}

// Removes `{{...}}` from the start of `text`.
Result<HistogramNotation> take_histogram(std::string_view& text) {
  const std::size_t end = text.find("}}");
  if (!take_prefix(text, "{{") || end == text.npos) return bad_item(text);
  const std::string_view inside = text.substr(0, end - 2);
  text.remove_prefix(end);
  return parse_histogram(inside);
}

void push_histogram(std::vector<SequenceValue>& values, std::shared_ptr<const Histogram> histogram, bool hint_given) {
  SequenceValue value;
  value.histogram = std::move(histogram);
  value.hint_given = hint_given;
  values.push_back(std::move(value));
}

// {{a}} and then N sums with b.
Result<void> push_sums(const HistogramNotation& a, const HistogramNotation& b, double sign, std::uint64_t times,
                       std::vector<SequenceValue>& values) {
  auto current = std::make_shared<const Histogram>(a.histogram);
  push_histogram(values, current, b.hint_given);
  for (std::uint64_t i = 0; i < times; ++i) {
    if (current->schema > b.histogram.schema)
      return fail(Errc::invalid_argument, "error combining histograms: cannot merge from schema " +
                                              std::to_string(b.histogram.schema) + " to " +
                                              std::to_string(current->schema));
    auto sum = test::combine(*current, b.histogram, sign);
    if (!sum) return tl::unexpected<Error>(sum.error());
    current = std::make_shared<const Histogram>(std::move(*sum));
    push_histogram(values, current, b.hint_given);
  }
  return {};
}

// {{...}}, {{...}}xN, {{a}}+{{b}}xN, {{a}}-{{b}}xN at the start of `rest`.
Result<void> read_histograms(std::string_view& rest, std::vector<SequenceValue>& values) {
  const auto first = take_histogram(rest);
  if (!first) return tl::unexpected<Error>(first.error());
  double sign = 0;
  if (rest.starts_with("+{{") || rest.starts_with("-{{")) {
    sign = rest[0] == '+' ? 1 : -1;
    rest.remove_prefix(1);
  }
  Result<HistogramNotation> second = sign == 0 ? first : take_histogram(rest);
  if (!second) return tl::unexpected<Error>(second.error());
  const bool ends_here = rest.empty() || kBlanks.find(rest[0]) != kBlanks.npos;
  std::string_view suffix = ends_here ? std::string_view() : take_word(rest);
  rest = trimmed(rest);
  const auto times = take_repeat(suffix);
  if (!times) return tl::unexpected<Error>(times.error());
  if (!suffix.empty()) return bad_item(suffix);
  if (sign != 0) return push_sums(*first, *second, sign, *times, values);
  const auto histogram = std::make_shared<const Histogram>(first->histogram);
  for (std::uint64_t i = 0; i <= *times; ++i) push_histogram(values, histogram, first->hint_given);
  return {};
}

Result<void> read_item(std::string_view& rest, std::vector<SequenceValue>& values) {
  if (rest.starts_with("{{")) return read_histograms(rest, values);
  std::string_view item = take_word(rest);
  if (item == "stale") return values.push_back(float_value(stale_nan())), Result<void>();
  if (take_prefix(item, "_")) return read_omitted(item, values);
  return read_floats(item, values);
}

// The duration, with an optional sign, at the start of `item`: digits and the letters of one unit, or 0.
std::optional<std::int64_t> take_signed_duration(std::string_view& item) {
  const bool negative = take_prefix(item, "-");
  if (!negative) take_prefix(item, "+");
  const std::size_t digits = std::min(item.find_first_not_of("0123456789"), item.size());
  const std::size_t end = std::min(item.find_first_not_of("mshdwy", digits), item.size());
  const auto ms = promql::parse_duration_ms(item.substr(0, end));
  if (!ms) return std::nullopt;
  item.remove_prefix(end);
  return negative ? -*ms : *ms;
}

// dur, durxN, dur+durxN, dur-durxN.
Result<void> read_start_offsets(std::string_view item, std::vector<std::optional<std::int64_t>>& offsets) {
  const std::string_view whole = item;
  const auto first = take_signed_duration(item);
  if (!first) return bad_item(whole);
  std::optional<std::int64_t> delta = 0;
  if (!item.empty() && item[0] != 'x') delta = take_signed_duration(item);
  if (!delta) return bad_item(whole);
  const auto times = take_repeat(item);
  if (!times) return tl::unexpected<Error>(times.error());
  if (!item.empty()) return bad_item(whole);
  for (std::uint64_t i = 0; i <= *times; ++i) offsets.push_back(*first + static_cast<std::int64_t>(i) * *delta);
  return {};
}

Result<void> read_start_item(std::string_view item, std::vector<std::optional<std::int64_t>>& offsets) {
  if (!take_prefix(item, "_")) return read_start_offsets(item, offsets);
  if (item.empty()) return offsets.push_back(std::nullopt), Result<void>();
  const auto times = take_repeat(item);
  if (!times) return tl::unexpected<Error>(times.error());
  offsets.insert(offsets.end(), *times, std::nullopt);
  return {};
}

}  // namespace

Result<SeriesLine> parse_series_line(std::string_view line) {
  auto labels = promql::parse_metric(take_metric(line));
  if (!labels) return tl::unexpected<Error>(labels.error());
  SeriesLine series{std::move(*labels), {}};
  for (line = trimmed(line); !line.empty();)
    if (auto read = read_item(line, series.values); !read) return tl::unexpected<Error>(read.error());
  return series;
}

bool is_start_time_line(std::string_view line) {
  take_metric(line);
  return line.starts_with(kStartMark);
}

Result<StartTimeLine> parse_start_time_line(std::string_view line) {
  auto labels = promql::parse_metric(take_metric(line));
  if (!labels) return tl::unexpected<Error>(labels.error());
  take_prefix(line, kStartMark);
  StartTimeLine starts{std::move(*labels), {}};
  for (line = trimmed(line); !line.empty();)
    if (auto read = read_start_item(take_word(line), starts.offsets_ms); !read)
      return tl::unexpected<Error>(read.error());
  return starts;
}

}  // namespace sluice::promqltest
