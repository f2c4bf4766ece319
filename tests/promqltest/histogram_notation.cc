// `schema:0 sum:5 count:4 buckets:[1 2 1] offset:-1`: what stands between {{ and }}.
#include <set>

#include "tests/promqltest/series_notation.h"
#include "tests/promqltest/text.h"

namespace sluice::promqltest {
namespace {

tl::unexpected<Error> bad(std::string_view what, std::string_view where) {
  return fail(Errc::invalid_argument, "histogram: " + std::string(what) + " in '" + std::string(where) + "'");
}

struct Draft {
  HistogramNotation notation;
  std::int32_t offset = 0, negative_offset = 0;
};

bool read_hint(std::string_view text, HistogramNotation& notation) {
  notation.hint_given = true;
  CounterResetHint& hint = notation.histogram.hint;
  if (text == "unknown") return hint = CounterResetHint::unknown, true;
  if (text == "reset") return hint = CounterResetHint::reset, true;
  if (text == "not_reset") return hint = CounterResetHint::not_reset, true;
  if (text == "gauge") return hint = CounterResetHint::gauge, true;
  return false;
}

bool read_integer(std::string_view text, std::int32_t& out) {
  const auto value = whole_integer<std::int32_t>(text);
  out = value.value_or(0);
  return value.has_value();
}

bool read_number(std::string_view text, double& out) {
  const auto value = whole_number(text);
  out = value.value_or(0);
  return value.has_value();
}

bool read_list(std::string_view text, std::vector<double>& out) {
  if (!take_prefix(text, "[") || !text.ends_with(']')) return false;
  text.remove_suffix(1);
  for (text = trimmed(text); !text.empty();) {
    double value = 0;
    if (!read_number(take_word(text), value)) return false;
    out.push_back(value);
  }
  return true;
}

bool read_item(std::string_view key, std::string_view value, Draft& draft) {
  Histogram& h = draft.notation.histogram;
  if (key == "schema") return read_integer(value, h.schema);
  if (key == "sum") return read_number(value, h.sum);
  if (key == "count") return read_number(value, h.count);
  if (key == "z_bucket") return read_number(value, h.zero_count);
  if (key == "z_bucket_w") return read_number(value, h.zero_threshold);
  if (key == "custom_values") return read_list(value, h.custom_values);
  if (key == "buckets") return read_list(value, h.positive_buckets);
  if (key == "n_buckets") return read_list(value, h.negative_buckets);
  if (key == "offset") return read_integer(value, draft.offset);
  if (key == "n_offset") return read_integer(value, draft.negative_offset);
  if (key == "counter_reset_hint") return read_hint(value, draft.notation);
  return false;
}

// Removes `key:value` from the start of `text`; a value in brackets may contain blanks.
std::string_view take_item(std::string_view& text) {
  const std::size_t blank = std::min(text.find_first_of(kBlanks), text.size());
  const std::size_t bracket = text.find('[');
  const std::size_t closing = text.find(']');
  if (bracket >= blank || closing == text.npos) return take_word(text);
  const std::string_view item = text.substr(0, closing + 1);
  text = trimmed(text.substr(closing + 1));
  return item;
}

void add_span(std::int32_t offset, const std::vector<double>& buckets, std::vector<BucketSpan>& spans) {
  if (!buckets.empty()) spans.push_back({offset, static_cast<std::uint32_t>(buckets.size())});
}

}  // namespace

Result<HistogramNotation> parse_histogram(std::string_view inside_braces) {
  Draft draft;
  std::set<std::string_view> keys;
  for (std::string_view rest = trimmed(inside_braces); !rest.empty();) {
    const std::string_view item = take_item(rest);
    const std::size_t colon = item.find(':');
    if (colon == item.npos) return bad("no key:value", item);
    if (!keys.insert(item.substr(0, colon)).second) return bad("key given twice", item);
    if (!read_item(item.substr(0, colon), item.substr(colon + 1), draft)) return bad("unknown key or value", item);
  }
  Histogram& h = draft.notation.histogram;
  add_span(draft.offset, h.positive_buckets, h.positive_spans);
  add_span(draft.negative_offset, h.negative_buckets, h.negative_spans);
  return std::move(draft.notation);
}

}  // namespace sluice::promqltest
