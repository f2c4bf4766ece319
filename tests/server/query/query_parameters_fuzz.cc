// For any form at all: reading its parameters does not crash, times stay between the ends of time, and an accepted
// selector has a matcher that does not match the empty string.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "server/query/label_name.h"
#include "server/query/parameters.h"
#include "server/query/time_text.h"

namespace {

using namespace sluice;
using namespace sluice::server::query;

void demand(bool condition) {
  if (!condition) __builtin_trap();
}

bool in_time(std::int64_t timestamp_ms) { return timestamp_ms >= kTimeMinMs && timestamp_ms <= kTimeMaxMs; }

void read_everything(const server::Form& form) {
  if (const auto question = read_series_question(form, {})) {
    demand(in_time(question->range.min_ms) && in_time(question->range.max_ms));
    for (const auto& matchers : question->selectors)
      demand(std::any_of(matchers.begin(), matchers.end(), [](const Matcher& m) { return !m.matches_empty(); }));
  }
  if (const auto time = read_required_time(form, "time")) demand(in_time(time->range_ms()));
  if (const auto timeout = read_timeout_ms(form, 1000)) demand(*timeout >= 0 && *timeout <= 1000);
  if (const auto lookback = read_lookback_ms(form)) demand(lookback->value_or(0) >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  server::Form form;
  server::Form::parse_into(text, form);
  read_everything(form);
  demand(unescape_label_name(text).size() <= text.size());
  if (const auto time = parse_time(text)) demand(!rfc3339(time->evaluation_ms()).empty());
  return 0;
}
