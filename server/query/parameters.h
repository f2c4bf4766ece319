// server/query/parameters.h
//
// Room: server/query. The parameters that endpoints share, read from a form with Prometheus's error texts. A missing
// parameter and an empty one are the same.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/syntax/parser.h"
#include "proto/model/matcher.h"
#include "proto/model/series_source.h"
#include "server/http/message.h"
#include "server/query/envelope.h"
#include "server/query/moment.h"

namespace sluice::server::query {

template <class T>
using Parameter = tl::expected<T, ApiError>;

inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
inline constexpr std::size_t kSelectorsMax = 1000;  // match[] of one request

// Go's Atoi, or ParseInt, with its error texts.
Result<std::int64_t> parse_integer(std::string_view text, const char* go_function = "Atoi");

Parameter<std::size_t> read_limit(const Form& form);  // kNoLimit when absent or 0
Parameter<Moment> read_time(const Form& form, std::string_view name, const Moment& otherwise);
Parameter<Moment> read_required_time(const Form& form, std::string_view name);

// `timeout`, at most `longest_ms`.
Parameter<std::int64_t> read_timeout_ms(const Form& form, std::int64_t longest_ms);
// `lookback_delta`; nullopt when absent or not positive: the engine's default.
Parameter<std::optional<std::int64_t>> read_lookback_ms(const Form& form);

using Selectors = std::vector<std::vector<Matcher>>;
enum class SelectorErrors { bare, named };  // /series says that it is match[] which is wrong, the others do not
Parameter<Selectors> read_selectors(const Form& form, const promql::ParserOptions& options,
                                    SelectorErrors errors = SelectorErrors::bare);

// limit, start, end, match[]: what labels, label values and series ask with, checked in this order.
struct SeriesQuestion {
  std::size_t limit = kNoLimit;
  TimeRangeMs range;
  Selectors selectors;
};
Parameter<SeriesQuestion> read_series_question(const Form& form, const promql::ParserOptions& options,
                                               SelectorErrors errors = SelectorErrors::bare);

}  // namespace sluice::server::query
